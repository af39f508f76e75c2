package io.smartqueue.ultramsg.testkit;

import java.util.List;

/** Lists of ids, which {@code clear} strips of what begins with the at sign; docs/ultramsg-api.md, section 2.4. */
final class Ids {

    private Ids() {}

    static StubReply of(List<String> ids, StubRequest request) {
        return StubReply.json(
                request.says("clear") ? ids.stream().map(ChatId::withoutSuffix).toList() : ids);
    }
}
