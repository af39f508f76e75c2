package io.smartqueue.ultramsg.testkit;

import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;

/** One call of UltraMsg's API: what it takes, and what it does with a request that keeps the rules. */
record Call(List<Parameter> parameters, Function<StubRequest, StubReply> action) {

    Call {
        parameters = List.copyOf(parameters);
    }

    static Call of(Function<StubRequest, StubReply> action, Parameter... parameters) {
        return new Call(List.of(parameters), action);
    }

    /** A command whose success has no body worth telling. */
    static Call command(Consumer<StubRequest> action, Parameter... parameters) {
        return of(
                request -> {
                    action.accept(request);
                    return DocumentedReplies.done();
                },
                parameters);
    }

    StubReply answer(StubRequest request) {
        List<Map<String, String>> problems = parameters.stream()
                .flatMap(parameter -> Stream.ofNullable(parameter.problem(request)))
                .toList();
        return problems.isEmpty() ? action.apply(request) : DocumentedReplies.invalid(problems);
    }
}
