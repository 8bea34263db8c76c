package dev.rlhf.stages.chat;

import dev.rlhf.base.InputException;
import dev.rlhf.base.InputFile;
import dev.rlhf.inference.LanguageModel;
import dev.rlhf.inference.Models;
import dev.rlhf.stage.MetricNames;
import dev.rlhf.stage.Stage;
import dev.rlhf.stage.StageContext;
import dev.rlhf.stage.StageOutputs;
import dev.rlhf.stage.StageResult;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Console;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.CharacterCodingException;
import java.util.List;
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
            InputStream in = terminal ? new BufferedInputStream(stdin) : InputFile.withoutMark(stdin);
            for (String line = next(in, context); line != null; line = next(in, context)) {
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
    private @Nullable String next(InputStream in, StageContext context) throws IOException {
        StringBuilder message = new StringBuilder();
        String mark = "> ";
        while (true) {
            if (terminal) {
                context.console().print(mark);
                context.console().flush();
            }
            String line = line(in, context);
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

    /**
     * Reads a line; null at the end of the input. On a terminal, a line that is not UTF-8 is reported and counts as
     * empty.
     *
     * @throws InputException if a line of a file or a pipe is not UTF-8
     */
    private @Nullable String line(InputStream in, StageContext context) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        int next = in.read();
        if (next < 0) {
            return null;
        }
        for (; next >= 0 && next != '\n'; next = in.read()) {
            bytes.write(next);
        }
        try {
            String line = InputFile.decode(bytes.toByteArray());
            return line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
        } catch (CharacterCodingException e) {
            if (!terminal) {
                throw new InputException("standard input: not UTF-8; convert it to that encoding", e);
            }
            context.console().println("(not UTF-8, so nothing was sent; set the terminal to that encoding)");
            return "";
        }
    }

    @Override
    public Optional<StageOutputs> outputs(ChatOptions options) {
        return Optional.of(new StageOutputs(MetricNames.of(), List.of()));
    }
}
