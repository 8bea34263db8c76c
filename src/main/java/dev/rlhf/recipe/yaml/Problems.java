package dev.rlhf.recipe.yaml;

import dev.rlhf.base.InputException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/** Collects the mistakes of a recipe, so that the user sees all of them at once. Not thread-safe. */
public final class Problems {
    private record Problem(Place place, String message) {}

    private final List<Problem> problems = new ArrayList<>();

    /**
     * Adds a mistake.
     *
     * @param name the option, dotted if nested; empty if the mistake concerns no option
     */
    public void add(Place place, String name, String what) {
        problems.add(new Problem(place, place.message(name, what)));
    }

    public int count() {
        return problems.size();
    }

    /**
     * Throws if there was any mistake.
     *
     * @throws InputException with one line per mistake, those of the file first and in its order
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
