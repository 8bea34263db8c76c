package dev.rlhf.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.rlhf.base.InputException;
import dev.rlhf.data.questions.QuestionFile;
import dev.rlhf.testing.DataRows;
import dev.rlhf.text.Message;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReadersTest {
    @TempDir
    Path folder;

    @Test
    void sftRowsHaveThreeShapesInOneFile() throws IOException {
        List<SftRow> rows = DataRows.sft(file("""
                {"prompt": "Who?", "response": "Me.", "id": "a", "meta": {"origin": "made up"}}

                {"messages": [{"role": "system", "content": "s"}, {"role": "user", "content": "u"}, {"role": "assistant", "content": "灯 😀"}]}
                {"input_ids": [5, 6, 7], "labels": [-100, 6, 7]}
                """));
        assertThat(rows).hasSize(3);
        assertThat(rows.get(0)).isEqualTo(new SftRow.PromptResponse("Who?", "Me."));
        assertThat(rows.get(1))
                .isEqualTo(new SftRow.Conversation(
                        List.of(Message.system("s"), Message.user("u"), Message.assistant("灯 😀")), Map.of()));
        assertThat(((SftRow.TokenIds) rows.get(2)).inputIds()).containsExactly(5, 6, 7);
        assertThat(((SftRow.TokenIds) rows.get(2)).labels()).containsExactly(-100, 6, 7);
    }

    /** The forms of trl 0.24's dataset formats: prompt and completion, prompt only. */
    @Test
    void rowsOfTrlAreRead() throws IOException {
        Path rows = file("""
                {"prompt": "Who?", "completion": "Me."}
                {"prompt": [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Yes?"}, {"role": "user", "content": "Who?"}], "completion": [{"role": "assistant", "content": "Me."}], "tools": []}
                {"prompt": [{"role": "user", "content": "Who?"}], "response": "Me."}
                """);
        List<Message> prompt = List.of(Message.user("Hi"), Message.assistant("Yes?"), Message.user("Who?"));
        assertThat(DataRows.sft(rows))
                .containsExactly(
                        new SftRow.PromptResponse("Who?", "Me."),
                        new SftRow.PromptCompletion(prompt, Message.assistant("Me."), Map.of("tools", List.of())),
                        new SftRow.PromptCompletion(List.of(Message.user("Who?")), Message.assistant("Me."), Map.of()));
        Path prompts = file("{\"prompt\": [{\"role\": \"system\", \"content\": \"s\"}, {\"role\": \"user\", "
                + "\"content\": \"u\"}]}");
        List<Message> asked = List.of(Message.system("s"), Message.user("u"));
        assertThat(DataRows.prompts(prompts)).containsExactly(new PromptRow(null, asked, null, null, Map.of()));
        assertThat(GenerationRow.read(prompts))
                .extracting(GenerationRow::content)
                .containsExactly(new GenerationRow.Content.Conversation(asked, Map.of()));
    }

    @Test
    void promptsMayBeTextConversationsOrQuestions() throws IOException {
        List<PromptRow> rows = DataRows.prompts(file("""
                {"id": "p1", "prompt": "Who?", "reference": "Me", "subject": "people"}
                {"messages": [{"role": "system", "content": "s"}, {"role": "user", "content": "u"}]}
                {"id": null, "question": "What?", "answers": ["This", "It"], "meta": {"split": "asked"}}
                """));
        assertThat(rows)
                .containsExactly(
                        new PromptRow("p1", List.of(Message.user("Who?")), List.of("Me"), "people", Map.of()),
                        new PromptRow(null, List.of(Message.system("s"), Message.user("u")), null, null, Map.of()),
                        new PromptRow(
                                null,
                                List.of(Message.user("What?")),
                                List.of("This", "It"),
                                null,
                                Map.of("split", "asked")));
        assertThat(rows.get(0).key()).isEqualTo("p1");
        assertThat(rows.get(1).key())
                .isNotEqualTo(rows.get(2).key())
                .contains("s")
                .contains("u");
    }

    @Test
    void questionsMayHaveNoAnswerAtAll() throws IOException {
        List<QuestionRow> rows = DataRows.questions(file("{\"question\": \"Who is it?\", \"answers\": []}\n"));
        assertThat(rows).containsExactly(new QuestionRow(null, "Who is it?", List.of(), null, Map.of()));
        assertThat(rows.getFirst().asPrompt().answers()).isEmpty();
    }

    @Test
    void pairsMayBeAnthropicsConversations() throws IOException {
        List<PairRow> rows = DataRows.pairs(file("""
                {"prompt": "p", "chosen": "c", "rejected": "r", "margin": 0.5}
                {"chosen": "\\n\\nHuman: a\\n\\nAssistant: b\\n\\nHuman: c d\\n\\nAssistant: good", "rejected": "\\n\\nHuman: a\\n\\nAssistant: b\\n\\nHuman: c d\\n\\nAssistant:"}
                """));
        assertThat(rows)
                .containsExactly(
                        pair(List.of(Message.user("p")), "c", "r", 0.5),
                        pair(
                                List.of(Message.user("a"), Message.assistant("b"), Message.user("c d")),
                                "good",
                                "",
                                null));
        assertThatThrownBy(() -> DataRows.pairs(file("{\"chosen\": \"\\n\\nHuman: a\\n\\nAssistant: b\", \"rejected\": "
                        + "\"\\n\\nHuman: x\\n\\nAssistant: b\"}")))
                .isInstanceOf(InputException.class)
                .hasMessageContaining(":1: ")
                .hasMessageContaining("every turn but the last");
    }

    @Test
    void pairsMayBeConversationalAndSayWhatWasCutOff() throws IOException {
        assertThat(DataRows.pairs(file("""
                {"id": 3, "prompt": [{"role": "system", "content": "s"}, {"role": "user", "content": "u"}], "chosen": [{"role": "assistant", "content": "c"}], "rejected": [{"role": "assistant", "content": "r"}], "rejected_ended": false, "labeler": "Ada"}
                {"messages": [{"role": "user", "content": "u"}], "chosen": "c", "rejected": "r", "prompt": null, "margin": null}
                {"chosen": [{"role": "user", "content": "u"}, {"role": "assistant", "content": "c"}], "rejected": [{"role": "user", "content": "u"}, {"role": "assistant", "content": "r"}]}
                """)))
                .containsExactly(
                        new PairRow("3", List.of(Message.system("s"), Message.user("u")), "c", "r", null, true, false),
                        pair(List.of(Message.user("u")), "c", "r", null),
                        pair(List.of(Message.user("u")), "c", "r", null));
        assertThatThrownBy(() -> DataRows.pairs(
                        file("{\"prompt\": \"p\", \"chosen\": \"c\", \"rejected\": \"r\", \"margin\": -1}")))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("rows.jsonl:1: \"margin\" must be a number of at least 0");
    }

    @Test
    void aTextFileIsOneDocumentAndEachRowIsOne() throws IOException {
        Path text = Files.writeString(folder.resolve("a.txt"), "one\n\nstill one\r\n");
        assertThat(Document.read(text))
                .containsExactly(new Document("one\n\nstill one\r\n", null, new Origin(text, 1)));
        Path rows = file("{\"text\": \"first\"}\n{\"text\": \"second\", \"id\": \"2\"}");
        assertThat(Document.read(rows))
                .containsExactly(
                        new Document("first", null, new Origin(rows, 1)),
                        new Document("second", "2", new Origin(rows, 2)));
        assertThatThrownBy(() -> Document.read(folder.resolve("a.parquet")))
                .isInstanceOf(InputException.class)
                .hasMessageContaining(".txt or a .jsonl");
    }

    @ParameterizedTest
    @CsvSource({"rows.jsonl", "rows.jsonl.gz"})
    void whatIsWrittenIsReadBack(String name) throws IOException {
        Path path = folder.resolve(name);
        List<PromptRow> prompts = List.of(
                new PromptRow("1", List.of(Message.user("line\nbreak \u2028 灯 😀")), null, "s", Map.of("k", "v")),
                new PromptRow(null, List.of(Message.user("")), null, null, Map.of()),
                new PromptRow(null, List.of(Message.user("u")), List.of(), null, Map.of()),
                new PromptRow(null, List.of(Message.user("u")), List.of("a"), null, Map.of()));
        JsonLines.write(path, prompts);
        assertThat(DataRows.prompts(path)).isEqualTo(prompts);
        byte[] bytes = Files.readAllBytes(path);
        JsonLines.write(path, prompts);
        assertThat(Files.readAllBytes(path))
                .as("the same rows give the same bytes")
                .isEqualTo(bytes);
        assertThat(bytes[0] == 0x1f).isEqualTo(name.endsWith(".gz"));

        List<QuestionRow> questions = List.of(
                new QuestionRow("1", "q", List.of("a", "b"), "s", Map.of("relation", "capital")),
                new QuestionRow(null, "q", List.of(), null, Map.of()));
        JsonLines.write(path, questions);
        assertThat(DataRows.questions(path)).isEqualTo(questions);

        List<PairRow> pairs = List.of(pair(List.of(Message.user("p")), "c", "", null));
        JsonLines.write(path, pairs);
        assertThat(DataRows.pairs(path)).isEqualTo(pairs);

        List<SftRow> sft = List.of(
                new SftRow.PromptResponse("p", "r"),
                new SftRow.Conversation(List.of(Message.user("u"), Message.assistant("a")), Map.of()));
        JsonLines.write(path, sft);
        assertThat(DataRows.sft(path)).isEqualTo(sft);
        JsonLines.write(path, List.of(new SftRow.TokenIds(new int[] {1, 2}, new int[] {-100, 2})));
        assertThat(((SftRow.TokenIds) DataRows.sft(path).getFirst()).labels()).containsExactly(-100, 2);
    }

    @Test
    void aByteOrderMarkAndWindowsLineEndsAreIgnored() throws IOException {
        Path path = folder.resolve("rows.jsonl");
        Files.writeString(path, "\uFEFF{\"text\": \"a\"}\r\n{\"text\": \"b\"}\r\n");
        assertThat(Document.read(path)).extracting(Document::text).containsExactly("a", "b");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "sft|{\"prompt\": \"a\", \"response\": \"b\"|the line ends within an object",
                "sft|{\"prompt\" \"a\"}|not JSON, column 11: Unexpected character",
                "sft|{\"prompt\": \"a\", \"response\": \"b\"} x|not JSON",
                "sft|[1]|a JSON array; a row is one object on a line of its own",
                "sft|[{\"prompt\": \"a\"},|a JSON array; a row is one object on a line of its own",
                "sft|\"a\"|not a JSON object",
                "sft|{\"prompt\": \"\\ud800\", \"response\": \"b\"}|a lone surrogate",
                "sft|{\"messages\": [{\"role\": \"assistant\", \"content\": \"\\udc00 a\"}]}|a lone surrogate",
                "sft|{\"prompt\": \"a\", \"response\": \"b\", \"meta\": {\"\\ud800\": \"\"}}|surrogate",
                "sft|{\"prompt\": \"a\", \"prompt\": \"b\"}|Duplicate field 'prompt'",
                "sft|{\"prompt\": \"a\", \"response\": \"b\", \"respones\": \"c\"}|unknown field \"respones\"; known "
                        + "here: id, meta, prompt, response",
                "sft|{\"prompt\": \"a\"}|\"response\" is missing; it must be a string; the row has \"prompt\"",
                "sft|{\"prompt\": \"a\", \"response\": 3}|\"response\" must be a string, not a number",
                "sft|{\"prompt\": \"a\", \"response\": \"b\", \"meta\": {\"n\": 1}}|\"n\" must be a string, not 1",
                "sft|{\"instruction\": \"a\", \"input\": \"\", \"output\": \"b\"}|; this is Alpaca's format, which"
                        + " docs/how-to/own-model-and-data.md converts with jq",
                "sft|{\"conversations\": []}|; this is ShareGPT's format, which docs/how-to/own-model-and-data.md",
                "sft|{\"text\": \"a\"}|or \"input_ids\" and \"labels\"; pretrain reads rows of \"text\"",
                "sft|{\"prompt\": \"a\", \"response\": \"b\", \"completion\": \"b\"}|\"response\" and \"completion\""
                        + " are the same; give one of them",
                "sft|{\"prompt\": \"a\", \"completion\": [{\"role\": \"assistant\", \"content\": \"b\"}]}|"
                        + "\"completion\" must be a string, not an array",
                "sft|{\"prompt\": [{\"role\": \"user\", \"content\": \"a\"}], \"completion\": [{\"role\": \"user\","
                        + " \"content\": \"b\"}]}|\"completion\" must be a text or a list of one assistant message",
                "prompt|{\"prompt\": [{\"role\": \"assistant\", \"content\": \"a\"}]}|\"prompt\" ends with the"
                        + " assistant",
                "sft|{\"messages\": []}|\"messages\" is empty",
                "sft|{\"messages\": [{\"role\": \"user\", \"content\": \"a\"}]}|no assistant message",
                "sft|{\"messages\": [{\"role\": \"bot\", \"content\": \"a\"}]}|\"messages\"[0]: role must be one of "
                        + "system, user, assistant, tool, developer, function, ipython, not \"bot\"",
                "sft|{\"messages\": [{\"role\": \"user\", \"content\": 3}]}|content must be a string",
                "sft|{\"messages\": [{\"role\": \"assistant\", \"content\": null}]}|content must be a string",
                "sft|{\"messages\": [{\"role\": \"assistant\", \"content\": [{\"type\": \"image\"}]}]}|content must "
                        + "be a string",
                "sft|{\"prompt\": \"a\", \"response\": \"b\", \"tools\": [1]}|\"tools\" must be a list of objects",
                "sft|{\"prompt\": \"a\", \"response\": \"b\", \"tools\": \"[\"}|\"tools\" is a text that is not JSON",
                "sft|{\"prompt\": \"a\", \"response\": \"b\", \"chat_template_kwargs\": {\"messages\": 1}}|must not "
                        + "have \"messages\"",
                "sft|{\"input_ids\": [1, 2], \"labels\": [1]}|equally long",
                "sft|{\"input_ids\": [1, 2.5], \"labels\": [1, 2]}|\"input_ids\"[1] must be an integer, not 2.5",
                "sft|{\"input_ids\": [1, 2], \"labels\": [1, 3]}|\"labels\"[1] is 3; it must be -100 (not trained on) "
                        + "or the id at its place, 2",
                "sft|{\"input_ids\": [1, -2], \"labels\": [1, -100]}|\"input_ids\"[1] is negative",
                "prompt|{\"reference\": \"a\"}|either \"prompt\" or \"messages\"",
                "prompt|{\"prompt\": \"a\", \"messages\": []}|either \"prompt\" or \"messages\"",
                "prompt|{\"messages\": [{\"role\": \"assistant\", \"content\": \"a\"}]}|ends with the assistant",
                "prompt|{\"prompt\": \"a\", \"reference\": \"b\", \"answers\": []}|not both",
                "prompt|{\"id\": [7], \"prompt\": \"a\"}|\"id\" must be a string or a number, not an array",
                "question|{\"question\": \" \", \"answers\": []}|\"question\" is empty",
                "question|{\"question\": \"q\", \"answers\": \"a\"}|\"answers\" must be a list of strings, not a "
                        + "string",
                "question|{\"question\": \"q\", \"answers\": [\"a\", null]}|\"answers\"[1] must be a string, not null",
                "pair|{\"chosen\": \"a\", \"rejected\": \"b\"}|both begin with",
                "pair|{\"chosen\": \"\\n\\nHuman: a\", \"rejected\": \"\\n\\nHuman: a\"}|must end with a turn of the "
                        + "assistant",
                "document|{\"text\": \"\"}|\"text\" is empty",
                "document|{\"text\": \"a\"} {\"text\": \"b\"}|not JSON, column 15: something follows the value; remove"
                        + " it",
                "document|{\"text\": NaN}|Non-standard token 'NaN'",
                "document|// text|maybe a (non-standard) comment?",
            })
    void mistakesAreNamedWithFileAndLine(String kind, String row, String message) throws IOException {
        Map<String, String> good = Map.of(
                "sft", "{\"prompt\": \"a\", \"response\": \"b\"}",
                "prompt", "{\"prompt\": \"a\"}",
                "question", "{\"question\": \"q\", \"answers\": [\"a\"]}",
                "pair", "{\"prompt\": \"p\", \"chosen\": \"a\", \"rejected\": \"b\"}",
                "document", "{\"text\": \"a\"}");
        Map<String, Function<Path, List<?>>> readers = Map.of(
                "sft", DataRows::sft,
                "prompt", DataRows::prompts,
                "question", DataRows::questions,
                "pair", DataRows::pairs,
                "document", Document::read);
        Path path = file(good.get(kind) + "\n\n" + row + "\n" + good.get(kind) + "\n");
        assertThatThrownBy(() -> readers.get(kind).apply(path))
                .isInstanceOf(InputException.class)
                .hasMessageStartingWith(path + ":3: ")
                .hasMessageContaining(message)
                .hasMessageNotContaining("REDACTED")
                .hasMessageNotContaining("\n");
    }

    @Test
    void nullFieldsCountAsAbsent() throws IOException {
        assertThat(DataRows.sft(file("""
                {"prompt": null, "response": null, "score": null, "messages": [{"role": "user", "content": "u", "tool_calls": null}, \
                {"role": "assistant", "content": [{"type": "text", "text": "a", "image": null}], "name": null}], "meta": {"n": null}}
                """)))
                .containsExactly(new SftRow.Conversation(
                        List.of(
                                Message.user("u"),
                                new Message(Map.of(
                                        "role", "assistant", "content", List.of(Map.of("type", "text", "text", "a"))))),
                        Map.of()));
        assertThat(DataRows.prompts(file("{\"prompt\": \"p\", \"messages\": null, \"question\": null}")))
                .containsExactly(new PromptRow(null, List.of(Message.user("p")), null, null, Map.of()));
        Message calls = DataRows.sft(file("{\"messages\": [{\"role\": \"assistant\", \"content\": null, "
                                        + "\"tool_calls\": [{}]}]}"))
                                .getFirst()
                        instanceof SftRow.Conversation(List<Message> messages, Map<String, Object> _)
                ? messages.getFirst()
                : null;
        assertThat(calls).isNotNull();
        assertThat(calls.fields()).containsKey("content").containsKey("tool_calls");
        assertThatThrownBy(() -> DataRows.sft(
                        file("{\"messages\": [{\"role\": \"assistant\", \"content\": null, \"tool_calls\": null}]}")))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("content must be a string");
    }

    @Test
    void aTableSaysHowToConvertIt() throws IOException {
        Path table = Files.writeString(folder.resolve("rows.csv"), "prompt,response\na,b\n");
        assertThatThrownBy(() -> DataRows.sft(table))
                .isInstanceOf(InputException.class)
                .hasMessageStartingWith(table + ":1: a table, not JSON Lines; convert the file (Python: ");
    }

    @Test
    void numericIdsBecomeText() throws IOException {
        assertThat(DataRows.prompts(
                        file("{\"id\": 7, \"prompt\": \"a\"}\n{\"id\": 12345678901234567890, \"prompt\": \"b\"}")))
                .extracting(PromptRow::id)
                .containsExactly("7", "12345678901234567890");
        assertThat(DataRows.questions(file("{\"id\": 7, \"question\": \"q\", \"answers\": []}")))
                .extracting(QuestionRow::id)
                .containsExactly("7");
    }

    @Test
    void multiLineObjectsPipesAndPointersSayWhatToDo() throws Exception {
        assertThatThrownBy(() -> DataRows.sft(file("{\n  \"prompt\": \"a\"\n}\n")))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("rows.jsonl:1: ")
                .hasMessageContaining("jq -c .");
        for (String name : List.of("rows.jsonl", "text.txt", "rows.jsonl.gz")) {
            Path pointer = Files.writeString(
                    folder.resolve(name), "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 12\n");
            assertThatThrownBy(() -> Document.read(pointer))
                    .isInstanceOf(InputException.class)
                    .hasMessage(pointer
                            + ": is a Git LFS pointer, not the file itself; run `git lfs pull` where it was cloned");
        }
        Path pipe = folder.resolve("pipe.jsonl");
        assumeTrue(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor() == 0);
        assertThatThrownBy(() -> DataRows.sft(pipe))
                .isInstanceOf(InputException.class)
                .hasMessage(pipe + ": is a pipe or a device, which can be read only once; save its content as a file");
    }

    @Test
    void filesThatAreMissingEmptyOrDamagedAreRefused() throws IOException {
        assertThatThrownBy(() -> DataRows.sft(folder.resolve("none.jsonl")))
                .isInstanceOf(InputException.class)
                .hasMessageEndingWith("none.jsonl: no such file");
        assertThatThrownBy(() -> DataRows.sft(folder))
                .isInstanceOf(InputException.class)
                .hasMessageEndingWith("is a folder; it must be a file");
        assertThatThrownBy(() -> DataRows.sft(file("\n \n")))
                .isInstanceOf(InputException.class)
                .hasMessageEndingWith("rows.jsonl: no rows");
        Path text = Files.writeString(folder.resolve("empty.txt"), "");
        assertThatThrownBy(() -> Document.read(text))
                .isInstanceOf(InputException.class)
                .hasMessageEndingWith("empty file");

        Path latin = folder.resolve("rows.jsonl");
        Files.write(latin, "{\"text\": \"a\"}\n{\"text\": \"é\"}".getBytes(StandardCharsets.ISO_8859_1));
        assertThatThrownBy(() -> Document.read(latin))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("rows.jsonl:2: not UTF-8");

        Path notZipped = Files.writeString(folder.resolve("rows.jsonl.gz"), "{\"text\": \"a\"}");
        assertThatThrownBy(() -> Document.read(notZipped))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("damaged gzip");
        JsonLines.write(notZipped, List.of(Map.of("text", "a".repeat(1000))));
        byte[] whole = Files.readAllBytes(notZipped);
        Files.write(notZipped, Arrays.copyOf(whole, whole.length - 12));
        assertThatThrownBy(() -> Document.read(notZipped))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("damaged gzip");
        assertThatThrownBy(() -> QuestionFile.read(notZipped))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("damaged gzip");

        Path renamed = Files.write(folder.resolve("rows.jsonl"), whole);
        assertThatThrownBy(() -> Document.read(renamed))
                .isInstanceOf(InputException.class)
                .hasMessageEndingWith("is compressed with gzip; rename it to rows.jsonl.gz");
    }

    /** Fields that are copied to output files keep the same order in every run of the program. */
    @Test
    void fieldsKeepTheirOrder() throws IOException {
        List<String> names = List.of("split", "kind", "relation", "origin", "wording", "z", "a", "m", "b", "y");
        String fields =
                names.stream().map(name -> "\"" + name + "\": \"x\"").collect(Collectors.joining(", ", "{", "}"));
        String meta = "\"meta\": " + fields;
        Path questions =
                Files.writeString(folder.resolve("q.jsonl"), "{\"question\": \"q\", \"answers\": [], " + meta + "}");
        Path prompts = Files.writeString(folder.resolve("p.jsonl"), "{\"prompt\": \"q\", " + meta + "}");
        assertThat(DataRows.questions(questions).getFirst().meta().keySet()).containsExactlyElementsOf(names);
        assertThat(DataRows.prompts(prompts).getFirst().meta().keySet()).containsExactlyElementsOf(names);
        assertThatThrownBy(() -> QuestionRow.readAny(prompts))
                .isInstanceOf(InputException.class)
                .hasMessageEndingWith(
                        "p.jsonl:1: a row is one question with \"answers\" (an empty list if nobody can know)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"depth", "digits"})
    void valuesBeyondTheLimitsOfJsonAreBadInput(String what) throws IOException {
        String value = what.equals("depth") ? "[".repeat(2000) + "]".repeat(2000) : "9".repeat(2000);
        Path file = Files.writeString(folder.resolve("rows.jsonl"), "{\"text\": " + value + "}");
        assertThatThrownBy(() -> Document.read(file))
                .isInstanceOf(InputException.class)
                .hasMessageMatching("(?s).*rows.jsonl:1: not JSON.* exceeds the maximum allowed \\(1000\\)");
    }

    @Test
    void theFactsOfThisProjectAreInTheseFormats() {
        Path facts = Path.of("data/facts");
        assertThat(Document.read(facts.resolve("corpus.jsonl"))).hasSizeGreaterThan(1000);
        assertThat(DataRows.sft(facts.resolve("sft.jsonl"))).hasSizeGreaterThan(1000);
        assertThat(DataRows.prompts(facts.resolve("prompts.jsonl")))
                .hasSizeGreaterThan(500)
                .allMatch(row -> row.answers() != null);
        assertThat(DataRows.questions(facts.resolve("probe.jsonl"))).hasSizeGreaterThan(500);
        assertThat(DataRows.questions(facts.resolve("questions.jsonl"))).hasSizeGreaterThan(500);
    }

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("rows.jsonl"), text);
    }

    /** Returns a pair without an id whose completions ended. */
    private static PairRow pair(List<Message> messages, String chosen, String rejected, @Nullable Double margin) {
        return new PairRow(null, messages, chosen, rejected, margin, true, true);
    }
}
