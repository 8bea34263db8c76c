package dev.rlhf.cli;

import dev.rlhf.recipe.Versions;

/** Entry point of the {@code rlhf} command. */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        Program program = new Program(Stages.catalog(), Versions::detect, Stages.report(), System.out, System.err);
        System.exit(program.run(args));
    }
}
