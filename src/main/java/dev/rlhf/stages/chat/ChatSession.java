package dev.rlhf.stages.chat;

import dev.rlhf.base.Count;
import dev.rlhf.base.InputException;
import dev.rlhf.generate.GeneratedCompletion;
import dev.rlhf.generate.Sampling;
import dev.rlhf.inference.LanguageModel;
import dev.rlhf.inference.SamplingOptions;
import dev.rlhf.inference.TokenLimit;
import dev.rlhf.text.IncrementalDecoder;
import dev.rlhf.text.Message;
import dev.rlhf.text.StopStrings;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.function.BooleanSupplier;

/** The conversation of a {@link TerminalChat}: executes commands and answers messages, token by token. */
final class ChatSession {
    private static final String HELP = """
            /reset             forget the conversation, but keep the system message
            /system TEXT       set the system message; without TEXT, remove it
            /retry             answer the last message again
            /temperature X     set the sampling temperature; 0 = greedy
            /help              show this list
            /exit              leave (also Ctrl-D, or Ctrl-C twice)
            End a line with \\ to continue it on the next; begin with // to send a line that starts with /""";

    private final LanguageModel model;
    private final ChatOptions options;
    private final PrintStream console;
    private final BooleanSupplier stopped;
    private final Dialogue dialogue;
    private final int maxNewTokens;
    private double temperature;
    private long stream;
    private volatile boolean answering;

    /** @param stopped whether the user has interrupted the current answer */
    ChatSession(LanguageModel model, ChatOptions options, PrintStream console, BooleanSupplier stopped) {
        this.model = model;
        this.options = options;
        this.console = console;
        this.stopped = stopped;
        this.dialogue = new Dialogue(options.conversation().system());
        this.temperature = options.sampling().temperature();
        this.maxNewTokens = maxNewTokens(options, model.lm().config().generatedPositions(), console);
    }

    /**
     * Returns the length limit of answers. Only a given limit is checked against the model's positions here, with a
     * message if it is lowered. With the default, each answer uses the positions that the conversation leaves, and a
     * notice says if it was truncated.
     */
    private static int maxNewTokens(ChatOptions options, int positions, PrintStream console) {
        Integer given = options.sampling().completion().max_new_tokens();
        return given == null
                ? ChatOptions.MAX_NEW_TOKENS
                : new TokenLimit("max_new_tokens", given, ChatOptions.MAX_NEW_TOKENS)
                        .within(
                                positions - 1,
                                "the model has %d positions and a prompt needs at least one".formatted(positions),
                                console);
    }

    /** Returns whether an answer is being generated. */
    boolean answering() {
        return answering;
    }

    /**
     * Executes a command, or answers a message.
     *
     * @return false if the user wants to leave
     */
    boolean handle(String line) {
        String text = line.strip();
        if (text.isEmpty()) {
            return true;
        }
        if (text.startsWith("/") && !text.startsWith("//")) {
            int space = text.indexOf(' ');
            String command = space < 0 ? text : text.substring(0, space);
            return execute(command, space < 0 ? "" : text.substring(space).strip());
        }
        dialogue.add(Message.user(text.startsWith("//") ? text.substring(1) : text));
        if (!answered()) {
            dialogue.removeLast();
        }
        return true;
    }

    private boolean execute(String command, String value) {
        switch (command.toLowerCase(Locale.ROOT)) {
            case "/exit", "/quit" -> {
                return false;
            }
            case "/help" -> console.println(HELP);
            case "/reset" -> {
                dialogue.reset();
                notice("conversation cleared");
            }
            case "/system" -> {
                dialogue.system(value);
                notice(value.isEmpty() ? "no system message" : "system message set, from the next answer on");
            }
            case "/retry" -> {
                if (dialogue.reopen()) {
                    answered();
                } else {
                    notice("nothing to answer yet");
                }
            }
            case "/temperature" -> temperature(value);
            default -> notice("unknown command " + command + "; /help lists them, // sends a line that starts with /");
        }
        return true;
    }

    private void temperature(String value) {
        try {
            double wanted = Double.parseDouble(value);
            if (!(wanted >= 0 && wanted <= 100)) {
                throw new NumberFormatException();
            }
            temperature = wanted;
            notice("temperature " + wanted);
        } catch (NumberFormatException e) {
            notice("/temperature takes a number from 0 up; it is " + temperature);
        }
    }

    /**
     * Answers the last message.
     *
     * @return false if the message cannot be encoded
     */
    private boolean answered() {
        int limit = model.lm().config().generatedPositions();
        int room = Math.min(maxNewTokens, limit / 4);
        Dialogue.Fitted fitted;
        try {
            fitted = dialogue.fit(model::prompt, limit - room);
        } catch (InputException e) {
            notice(String.valueOf(e.getMessage()));
            return false;
        }
        if (fitted.dropped() > 0) {
            notice("the context is full; forgotten: the oldest " + Count.of(fitted.dropped(), "message"));
        }
        answering = true;
        try {
            answer(fitted.prompt(), Math.min(maxNewTokens, limit - fitted.prompt().length));
        } finally {
            answering = false;
        }
        return true;
    }

    private void answer(int[] prompt, int most) {
        IncrementalDecoder decoder = new IncrementalDecoder(model.tokenizer(), true);
        StopStrings stops = new StopStrings(options.sampling().stop_strings());
        StringBuilder text = new StringBuilder();
        long start = System.nanoTime();
        Sampling sampling = sampling(most);
        GeneratedCompletion completion = model.stream(prompt, stream++, sampling, (row, token) -> {
            if (!sampling.stopIds().contains(token)) {
                show(stops.add(decoder.add(token)), text);
            }
            return !stops.stopped() && !stopped.getAsBoolean();
        });
        show(stops.add(decoder.flush()) + stops.flush(), text);
        console.println();
        dialogue.add(Message.assistant(text.toString()));
        int count = completion.ids().length;
        boolean ended = completion.stopped() || stops.stopped();
        if (!ended && count < most) {
            notice("stopped");
        } else if (!ended) {
            notice("cut after " + count + " tokens: "
                    + (most < maxNewTokens ? "the context is full" : "max_new_tokens"));
        }
        if (options.verbose()) {
            double seconds = (System.nanoTime() - start) / 1e9;
            notice("%d prompt tokens, %d generated, %.1f tok/s".formatted(prompt.length, count, count / seconds));
        }
    }

    private Sampling sampling(int most) {
        SamplingOptions sampling = options.sampling();
        return model.sampling(
                        temperature,
                        sampling.top_k(),
                        sampling.nucleus().top_p(),
                        most,
                        sampling.completion().seed())
                .withMinP(sampling.min_p())
                .withRules(sampling.rules(model.defaults(), List.of(), 0));
    }

    private void show(String piece, StringBuilder text) {
        text.append(piece);
        console.print(piece);
        console.flush();
    }

    private void notice(String text) {
        console.println("(" + text + ")");
    }
}
