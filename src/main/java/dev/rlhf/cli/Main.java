package dev.rlhf.cli;

/** Entry point of the {@code rlhf} command. */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        Program.Surroundings surroundings =
                new Program.Surroundings(System.out, System.err, () -> Interrupts.install(System.err));
        System.exit(new Program(Stages.catalog(), Stages.report(), surroundings).run(args));
    }
}
