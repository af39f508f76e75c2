package io.smartqueue.ultramsg.testkit.attack;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * A function or procedure that the tenant role may execute.
 *
 * @param source its body, to tell a constant in it from a value that it read
 */
record Routine(
        String schema,
        String name,
        boolean isProcedure,
        boolean hasOwnersRights,
        String source,
        List<Parameter> parameters) {

    record Parameter(String name, String type, boolean hasDefault) {}

    /** A statement that calls it, with arguments for the parameters that must have one and for one that is meant. */
    String call(int meant, Function<Parameter, String> argument) {
        boolean named =
                parameters.stream().noneMatch(parameter -> parameter.name().isEmpty());
        List<String> arguments = new ArrayList<>();
        for (int i = 0; i < parameters.size(); i++) {
            Parameter parameter = parameters.get(i);
            if (i == meant || !parameter.hasDefault() || !named && i < meant) {
                String value = argument.apply(parameter);
                arguments.add(named ? Quoted.name(parameter.name()) + " => " + value : value);
            }
        }
        return (isProcedure ? "CALL " : "SELECT * FROM ") + Quoted.name(schema) + "." + Quoted.name(name) + "("
                + String.join(", ", arguments) + ")";
    }

    String because() {
        return hasOwnersRights
                ? "the function runs with its owner's rights"
                : "the function runs with the caller's rights";
    }
}
