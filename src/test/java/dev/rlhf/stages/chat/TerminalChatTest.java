package dev.rlhf.stages.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rlhf.base.InputException;
import dev.rlhf.generate.GeneratedCompletion;
import dev.rlhf.inference.EngineOptions;
import dev.rlhf.inference.InterruptibleProgress;
import dev.rlhf.inference.LanguageModel;
import dev.rlhf.inference.Models;
import dev.rlhf.stage.StageContext;
import dev.rlhf.testing.Options;
import dev.rlhf.testing.TestContext;
import dev.rlhf.testing.TestDevice;
import dev.rlhf.testing.TinyModels;
import dev.rlhf.text.Message;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TerminalChatTest {
    @TempDir
    static Path folder;

    static Path model;

    @BeforeAll
    static void makeModel() throws IOException {
        model = TinyModels.llama(folder.resolve("model"), 1);
    }

    @Test
    void promptsWithTheWholeConversationUntilReset() throws IOException {
        List<Message> talk = new ArrayList<>(List.of(Message.system("Be brief."), Message.user("Who?")));
        String first = greedy(talk, 8);
        talk.addAll(List.of(Message.assistant(first), Message.user("Where is\nthe 東京 river?")));
        String second = greedy(talk, 8);
        String fresh = greedy(List.of(Message.system("Be brief."), Message.user("Who?")), 8);
        String bare = greedy(List.of(Message.user("/Who?")), 8);

        String printed = say(
                List.of("system", "Be brief.", "temperature", 0, "max_new_tokens", 8),
                "Who?",
                "",
                "Where is\\",
                "the 東京 river?",
                "/reset",
                "Who?",
                "/system",
                "/reset",
                "//Who?");
        assertThat(answers(printed)).isEqualTo(first + "\n" + second + "\n" + fresh + "\n" + bare + "\n");
    }

    @Test
    void retryAnswersTheSameMessageWithOtherDraws() throws IOException {
        String printed = say(
                List.of("temperature", 5, "max_new_tokens", 8, "seed", 3),
                "/retry",
                "Who?",
                "/retry",
                "/temperature 0",
                "/retry",
                "/retry");
        String[] lines = answers(printed).split("\n");

        assertThat(printed).startsWith("(nothing to answer yet)\n").contains("(temperature 0.0)\n");
        assertThat(lines).hasSize(4);
        assertThat(lines[0]).isNotEqualTo(lines[1]);
        assertThat(lines[2]).isEqualTo(lines[3]).isEqualTo(greedy(List.of(Message.user("Who?")), 8));
    }

    @Test
    void penaltiesKeepAnAnswerFromRepeatingItself() throws IOException {
        List<Object> plain = List.of("temperature", 0, "max_new_tokens", 40);
        String repeating = answers(say(plain, "Who?"));
        for (String penalty : List.of("presence_penalty", "frequency_penalty")) {
            List<Object> penalised = new ArrayList<>(plain);
            penalised.addAll(List.of(penalty, 1000));
            assertThat(answers(say(penalised, "Who?"))).isNotEqualTo(repeating);
        }
    }

    @Test
    void forgetsTheOldestMessagesWithANoticeAndRefusesAMessageThatCannotFit() throws IOException {
        String[] lines = new String[12];
        Arrays.fill(lines, "Where does the river flow to, and who was the painter?");
        lines[10] = "word ".repeat(200);
        String printed = say(List.of("temperature", 0, "max_new_tokens", 4), lines);

        assertThat(printed).contains("the context is full; forgotten: the oldest 2 messages");
        assertThat(printed).contains("tokens are too many: the model takes 124, plus an answer)");
        assertThat(answers(printed).lines()).hasSize(11);
    }

    @Test
    void reportsUnknownCommandsAndLeavesOnExit() throws IOException {
        String printed = say(List.of(), "/temprature 1", "/temperature hot", "/help", "/exit", "Who?");

        assertThat(printed).contains("unknown command /temprature").contains("/temperature takes a number");
        assertThat(printed).contains("/retry  ");
        assertThat(printed).endsWith("that starts with /\n"); // the help; nothing was answered
    }

    @Test
    void reportsSpeedAndThatAnAnswerWasCut() throws IOException {
        String printed = say(List.of("temperature", 0, "max_new_tokens", 3, "verbose", true), "Who?");

        assertThat(printed)
                .containsPattern(
                        "\\(cut after 3 tokens: max_new_tokens\\)\n\\(\\d+ prompt tokens, 3 generated, [\\d.,]+ "
                                + "tok/s\\)");
    }

    @Test
    void ctrlCStopsAnAnswerAndTwiceLeaves() throws IOException {
        Pressed context = new Pressed();
        context.pressAfter = 1; // characters printed
        TerminalChat chat =
                new TerminalChat(new ByteArrayInputStream("Who?\n/help\n".getBytes(StandardCharsets.UTF_8)), false);
        chat.run(options(List.of("temperature", 0, "max_new_tokens", 60)), context);

        assertThat(context.answers).containsExactly(true); // the program continues with the next line
        assertThat(context.printed()).contains("(stopped)").contains("/retry  ");

        assertThat(context.handler.getAsBoolean()).isTrue();
        assertThat(context.printed()).contains("press Ctrl-C again");
        assertThat(context.handler.getAsBoolean()).isFalse();
    }

    @Test
    void aTerminalShowsAPromptForEachLine() throws IOException {
        TestContext context = TestContext.running();
        new TerminalChat(new ByteArrayInputStream("Who\\\n?\n".getBytes(StandardCharsets.UTF_8)), true)
                .run(options(List.of("temperature", 0, "max_new_tokens", 2)), context);

        assertThat(context.printed())
                .startsWith("Type a message; /help")
                .contains("> … ")
                .endsWith("> ");
    }

    @Test
    void aByteOrderMarkIsSkippedAndOtherEncodingsAreRefused() throws IOException {
        List<Object> given = List.of("temperature", 0, "max_new_tokens", 4);
        assertThat(say(given, "\uFEFFWho?")).isEqualTo(say(given, "Who?"));
        assertThat(say(given, "Who?\r")).isEqualTo(say(given, "Who?"));

        byte[] latin = "Where is \u00e9?\nWho?\n".getBytes(StandardCharsets.ISO_8859_1);
        assertThatThrownBy(() -> new TerminalChat(new ByteArrayInputStream(latin), false)
                        .run(options(given), TestContext.running()))
                .isInstanceOf(InputException.class)
                .hasMessage("standard input: not UTF-8; convert it to that encoding");
        TestContext terminal = TestContext.running();
        new TerminalChat(new ByteArrayInputStream(latin), true).run(options(given), terminal);
        assertThat(terminal.printed())
                .contains("> (not UTF-8, so nothing was sent; set the terminal to that encoding)\n> ")
                .contains(answers(say(given, "Who?")));
    }

    private static String greedy(List<Message> messages, int most) {
        try (Models session = Models.open(new EngineOptions(TestDevice.NAME, "float32"));
                LanguageModel open = LanguageModel.open(session, model);
                InterruptibleProgress watch = InterruptibleProgress.silent(TestContext.running(), "test", 1)) {
            List<List<GeneratedCompletion>> all =
                    open.complete(List.of(open.prompt(messages)), 1, open.greedy(most), 1, watch);
            return open.text(all.getFirst().getFirst());
        }
    }

    /** Returns the output without notices. */
    private static String answers(String printed) {
        return printed.lines().filter(line -> !line.startsWith("(")).collect(Collectors.joining("\n", "", "\n"));
    }

    private static String say(List<Object> given, String... lines) throws IOException {
        TestContext context = TestContext.running();
        InputStream stdin =
                new ByteArrayInputStream((String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8));
        new TerminalChat(stdin, false).run(options(given), context);
        return context.printed();
    }

    private static ChatOptions options(List<Object> given) {
        List<Object> all = new ArrayList<>(List.of("model_name_or_path", model, "device", TestDevice.NAME));
        all.addAll(given);
        return Options.of(ChatOptions.class, all.toArray());
    }

    /** A terminal in which Ctrl-C is pressed after a number of printed characters. */
    private static final class Pressed implements StageContext {
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        final List<Boolean> answers = new ArrayList<>();
        BooleanSupplier handler = () -> true;
        int pressAfter;

        @Override
        public boolean stopRequested() {
            return false;
        }

        @Override
        public void onInterrupt(BooleanSupplier wanted) {
            handler = wanted;
        }

        @Override
        public PrintStream console() {
            return new PrintStream(bytes, true, StandardCharsets.UTF_8) {
                @Override
                public void print(String text) {
                    super.print(text);
                    if (answers.isEmpty() && bytes.size() >= pressAfter) {
                        answers.add(handler.getAsBoolean());
                    }
                }
            };
        }

        String printed() {
            return bytes.toString(StandardCharsets.UTF_8);
        }
    }
}
