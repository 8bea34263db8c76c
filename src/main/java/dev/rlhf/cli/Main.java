package dev.rlhf.cli;

import java.io.IOException;

/** Entry point of the {@code rlhf} command. */
public final class Main {
    private Main() {}

    public static void main(String[] args) throws IOException {
        if (args.length == 1 && args[0].equals(Rehearsal.COMMAND)) {
            System.exit(Rehearsal.run(System.err));
        }
        Program.Environment environment = new Program.Environment(
                System.out, System.err, System.getenv(), () -> Interrupts.install(System.out, System.err));
        System.exit(new Program(Stages.catalog(), environment).run(args));
    }
}
