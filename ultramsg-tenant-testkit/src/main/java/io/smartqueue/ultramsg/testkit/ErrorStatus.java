package io.smartqueue.ultramsg.testkit;

/** Which HTTP statuses errors have; sources disagree, docs/ultramsg-api.md, section 4.2. */
enum ErrorStatus {
    AS_REPORTED {
        @Override
        int of(int reported, int strict) {
            return reported;
        }
    },
    ALWAYS_200 {
        @Override
        int of(int reported, int strict) {
            return 200;
        }
    },
    ALWAYS_4XX {
        @Override
        int of(int reported, int strict) {
            return strict;
        }
    };

    abstract int of(int reported, int strict);
}
