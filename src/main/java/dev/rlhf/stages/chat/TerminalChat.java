package dev.rlhf.stages.chat;

import dev.rlhf.base.InputException;
import dev.rlhf.inference.LanguageModel;
import dev.rlhf.inference.Models;
import dev.rlhf.stage.Stage;
import dev.rlhf.stage.StageContext;
import dev.rlhf.stage.StageResult;
import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A conversation with a model in a terminal. Ctrl-C stops an answer; pressed twice, it leaves. If standard input is not
 * a terminal, its lines are the messages, and only answers and notices are printed.
 */
public final class TerminalChat implements Stage<ChatOptions> {
    private final InputStream stdin;
    private final boolean terminal;

    public TerminalChat() {
        this(
                System.in,
                Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false));
    }

    public TerminalChat(InputStream stdin, boolean terminal) {
        this.stdin = stdin;
        this.terminal = terminal;
    }

    @Override
    public StageResult run(ChatOptions options, StageContext context) throws IOException {
        AtomicInteger presses = new AtomicInteger();
        try (Models models = Models.open(options.engine());
                LanguageModel model = LanguageModel.open(models, options.model().model_name_or_path())) {
            if (!model.hasChatFormat()) {
                throw InputException.at(
                        options.model().model_name_or_path(),
                        "no chat format: its tokenizer has no token to end an answer with; `rlhf generate --raw`"
                                + " continues texts");
            }
            ChatSession chat = new ChatSession(
                    model, options, context.console(), () -> presses.get() > 0 || context.stopRequested());
            context.onInterrupt(() -> pressed(presses, chat, context.console()));
            if (terminal) {
                context.console().println("Type a message; /help lists commands, Ctrl-C stops an answer.");
            }
            BufferedReader lines = new BufferedReader(new InputStreamReader(stdin, StandardCharsets.UTF_8));
            for (String line = next(lines, context); line != null; line = next(lines, context)) {
                presses.set(0);
                if (!chat.handle(line)) {
                    break;
                }
            }
        }
        return new StageResult(Map.of());
    }

    /**
     * Handles Ctrl-C: a second press ends the program, unless a line was entered in between.
     *
     * @return whether the program continues
     */
    private boolean pressed(AtomicInteger presses, ChatSession chat, PrintStream console) {
        if (presses.incrementAndGet() > 1) {
            console.println();
            return false;
        }
        if (!chat.answering()) {
            console.print("\n(press Ctrl-C again or type /exit to leave)\n> ");
            console.flush();
        }
        return true;
    }

    /**
     * Reads one message: a line, and the following ones while they end with a backslash; null at the end of the input.
     */
    private @Nullable String next(BufferedReader lines, StageContext context) throws IOException {
        StringBuilder message = new StringBuilder();
        String mark = "> ";
        while (true) {
            if (terminal) {
                context.console().print(mark);
                context.console().flush();
            }
            String line = lines.readLine();
            if (line == null) {
                return message.isEmpty() ? null : message.toString();
            }
            if (!line.endsWith("\\")) {
                return message.append(line).toString();
            }
            message.append(line, 0, line.length() - 1).append('\n');
            mark = "… ";
        }
    }
}
