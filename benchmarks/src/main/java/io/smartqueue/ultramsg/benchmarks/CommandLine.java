package io.smartqueue.ultramsg.benchmarks;

import java.util.List;

/** How the programs that measure begin and end. */
final class CommandLine {
    private CommandLine() {}

    /** Does what a command line asks for. */
    @FunctionalInterface
    interface Running {
        /** Throws an {@link IllegalArgumentException} if it cannot be read. */
        void run(String... args) throws Exception;
    }

    /** Prints the help where it is asked for; ends with status 1 if something failed, 2 if the command line cannot be read. */
    static void main(String help, Running running, String... args) {
        if (List.of(args).contains("--help")) {
            System.out.print(help);
            return;
        }
        System.exit(status(running, args));
    }

    private static int status(Running running, String... args) {
        try {
            running.run(args);
            return 0;
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage() + "; --help tells more");
            return 2;
        } catch (Exception e) {
            e.printStackTrace();
            return 1;
        }
    }
}
