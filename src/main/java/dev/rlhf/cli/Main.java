package dev.rlhf.cli;

/** Entry point of the {@code rlhf} command. */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        System.exit(0);
    }
}
