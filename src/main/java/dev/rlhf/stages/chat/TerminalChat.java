package dev.rlhf.stages.chat;

import dev.rlhf.base.InputException;
import dev.rlhf.inference.ChatModel;
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
 * A conversation with a model in a terminal. Ctrl-C stops an answer, twice leaves. Where standard input is no terminal its lines
 * are what somebody says, one after the other, and nothing but answers and notices is printed.
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
        try (Models session =
                        Models.open(options.engine().device(), options.engine().dtype());
                ChatModel model = ChatModel.open(session, options.model_name_or_path())) {
            if (!model.converses()) {
                throw InputException.at(
                        options.model_name_or_path(),
                        "no chat format: its tokenizer has no token to end an answer with; `rlhf generate --raw` continues texts");
            }
            ChatSession talk = new ChatSession(
                    model, options, context.console(), () -> presses.get() > 0 || context.stopRequested());
            context.onInterrupt(() -> goesOn(presses, talk, context.console()));
            if (terminal) {
                context.console().println("Say something; /help lists commands, Ctrl-C stops an answer.");
            }
            BufferedReader lines = new BufferedReader(new InputStreamReader(stdin, StandardCharsets.UTF_8));
            for (String line = next(lines, context); line != null; line = next(lines, context)) {
                presses.set(0);
                if (!talk.handle(line)) {
                    break;
                }
            }
        }
        return new StageResult(Map.of());
    }

    /** What Ctrl-C does: the second without a line between ends the program. */
    private boolean goesOn(AtomicInteger presses, ChatSession talk, PrintStream console) {
        if (presses.incrementAndGet() > 1) {
            console.println();
            return false;
        }
        if (!talk.answering()) {
            console.print("\n(Ctrl-C again leaves, and so does /exit)\n> ");
            console.flush();
        }
        return true;
    }

    /** One thing said: a line, and those after it while they end with a backslash; null at the end of the input. */
    private @Nullable String next(BufferedReader lines, StageContext context) throws IOException {
        StringBuilder said = new StringBuilder();
        String mark = "> ";
        while (true) {
            if (terminal) {
                context.console().print(mark);
                context.console().flush();
            }
            String line = lines.readLine();
            if (line == null) {
                return said.isEmpty() ? null : said.toString();
            }
            if (!line.endsWith("\\")) {
                return said.append(line).toString();
            }
            said.append(line, 0, line.length() - 1).append('\n');
            mark = "… ";
        }
    }
}
