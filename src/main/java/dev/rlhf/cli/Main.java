package dev.rlhf.cli;

import java.io.IOException;
import java.util.Locale;

/** Entry point of the {@code rlhf} command. */
public final class Main {
    private Main() {}

    public static void main(String[] args) throws IOException {
        Locale.setDefault(Locale.ROOT); // names of files, dates in chat templates: no Arabic or Persian digits
        if (args.length == 1 && args[0].equals(Rehearsal.COMMAND)) {
            System.exit(Rehearsal.run(System.err));
        }
        Program.Environment environment = new Program.Environment(
                System.out, System.err, System.getenv(), () -> Interrupts.install(System.out, System.err));
        System.exit(new Program(Stages.catalog(), environment).run(args));
    }
}
