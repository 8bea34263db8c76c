package dev.rlhf.recipe.yaml;

import dev.rlhf.base.InputException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/** Collects every mistake of a recipe, so that the user sees all of them at once. Not thread-safe. */
public final class Problems {
    private record Problem(Place place, String message) {}

    private final List<Problem> problems = new ArrayList<>();

    /**
     * Notes a mistake.
     *
     * @param name the option, dotted if nested; empty if the mistake is in no option
     */
    public void add(Place place, String name, String what) {
        problems.add(new Problem(place, place.message(name, what)));
    }

    public int count() {
        return problems.size();
    }

    /**
     * Ends the reading if there was any mistake.
     *
     * @throws InputException with a line for each, the file's in its order first
     */
    public void throwIfAny() {
        if (problems.isEmpty()) {
            return;
        }
        throw new InputException(problems.stream()
                .sorted(Comparator.comparingInt(
                        (Problem problem) -> problem.place().file() == null
                                ? Integer.MAX_VALUE
                                : problem.place().line()))
                .map(Problem::message)
                .distinct()
                .collect(Collectors.joining("\n")));
    }
}
