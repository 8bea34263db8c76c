package dev.rlhf.stages.chat;

import dev.rlhf.base.InputException;
import dev.rlhf.generate.Completion;
import dev.rlhf.generate.LogitRules;
import dev.rlhf.generate.Sampling;
import dev.rlhf.inference.ChatModel;
import dev.rlhf.inference.GenerationDefaults;
import dev.rlhf.inference.TokenLimit;
import dev.rlhf.text.IncrementalDecoder;
import dev.rlhf.text.Message;
import dev.rlhf.text.StopStrings;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.function.BooleanSupplier;

/** What is said in a {@link TerminalChat} and what comes of it: commands are obeyed, all else is answered, token by token. */
final class ChatSession {
    private static final String HELP = """
            /reset             forget the conversation (the system message stays)
            /system TEXT       what the model is told before the conversation; alone: nothing
            /retry             answer the last message anew
            /temperature X     of sampling; 0: the most likely token each time
            /help              this list
            /exit              leave (so do Ctrl-D, and Ctrl-C twice)
            A line that ends with \\ goes on in the next one; //… says a line that begins with /""";

    private final ChatModel model;
    private final ChatOptions options;
    private final PrintStream console;
    private final BooleanSupplier stopped;
    private final Dialogue dialogue;
    private final double repetitionPenalty;
    private final int maxNewTokens;
    private double temperature;
    private long stream;
    private volatile boolean answering;

    /** @param stopped whether the user wants the answer that is being written to end */
    ChatSession(ChatModel model, ChatOptions options, PrintStream console, BooleanSupplier stopped) {
        this.model = model;
        this.options = options;
        this.console = console;
        this.stopped = stopped;
        this.dialogue = new Dialogue(options.system());
        this.repetitionPenalty = GenerationDefaults.read(
                        options.model_name_or_path(), model.lm().config())
                .repetitionPenalty();
        this.temperature = options.temperature();
        this.maxNewTokens = maxNewTokens(options, model.lm().config().generatedPositions(), console);
    }

    /** The default needs no line here: each answer has what the conversation leaves, and says when that has cut it. */
    private static int maxNewTokens(ChatOptions options, int positions, PrintStream console) {
        Integer given = options.max_new_tokens();
        return given == null
                ? ChatOptions.MAX_NEW_TOKENS
                : new TokenLimit("max_new_tokens", given, ChatOptions.MAX_NEW_TOKENS)
                        .within(
                                positions - 1,
                                "the model has %d positions and a prompt needs one at least".formatted(positions),
                                console);
    }

    /** Whether an answer is being written. */
    boolean answering() {
        return answering;
    }

    /** Does what a line says. @return false if it says to leave */
    boolean handle(String line) {
        String said = line.strip();
        if (said.isEmpty()) {
            return true;
        }
        if (said.startsWith("/") && !said.startsWith("//")) {
            int space = said.indexOf(' ');
            String command = space < 0 ? said : said.substring(0, space);
            return obey(command, space < 0 ? "" : said.substring(space).strip());
        }
        dialogue.add(Message.user(said.startsWith("//") ? said.substring(1) : said));
        if (!answered()) {
            dialogue.removeLast();
        }
        return true;
    }

    private boolean obey(String command, String value) {
        switch (command.toLowerCase(Locale.ROOT)) {
            case "/exit", "/quit" -> {
                return false;
            }
            case "/help" -> console.println(HELP);
            case "/reset" -> {
                dialogue.reset();
                notice("the conversation is forgotten");
            }
            case "/system" -> {
                dialogue.system(value);
                notice(value.isEmpty() ? "no system message" : "system message set; it holds from the next answer on");
            }
            case "/retry" -> {
                if (dialogue.reopen()) {
                    answered();
                } else {
                    notice("nothing to answer yet");
                }
            }
            case "/temperature" -> temperature(value);
            default -> notice("no command " + command + "; /help lists them, // says a line that begins with /");
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
            notice("/temperature takes a number from 0 on; it is " + temperature);
        }
    }

    /** Answers the last message; false if that could not be put to the model. */
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
            notice("the context is full: the oldest %d messages are forgotten".formatted(fitted.dropped()));
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
        StopStrings stops = new StopStrings(options.stop_strings());
        StringBuilder text = new StringBuilder();
        long start = System.nanoTime();
        Sampling sampling = sampling(most);
        Completion completion = model.stream(prompt, stream++, sampling, (row, token) -> {
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
            notice("%d tokens read, %d written, %.1f tok/s".formatted(prompt.length, count, count / seconds));
        }
    }

    private Sampling sampling(int most) {
        Double penalty = options.repetition_penalty();
        LogitRules rules = new LogitRules(
                penalty == null ? repetitionPenalty : penalty,
                options.presence_penalty(),
                options.frequency_penalty(),
                List.of(),
                0);
        return model.sampling(temperature, options.top_k(), options.top_p(), most, options.seed())
                .withMinP(options.min_p())
                .withRules(rules);
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
