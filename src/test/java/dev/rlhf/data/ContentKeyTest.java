package dev.rlhf.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rlhf.text.Message;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ContentKeyTest {
    @Test
    void theKeyCoversWhatPrecedesTheLastAnswer() {
        String key = ContentKey.ofPrompt(List.of(Message.user("Who keeps the light?")));
        assertThat(Stream.of(
                                new SftRow.PromptResponse("Who keeps the light?", "The keeper."),
                                new SftRow.PromptResponse(" Who keeps\n the\u00A0light? ", "Nobody."),
                                new SftRow.Conversation(
                                        List.of(Message.user("Who keeps the light?"), Message.assistant("Me.")),
                                        Map.of()))
                        .map(ContentKey::of))
                .containsOnly(key);
        assertThat(ContentKey.ofText("e\u0301")).isEqualTo(ContentKey.ofText("\u00E9"));
        List<SftRow> others = List.of(
                new SftRow.PromptResponse("who keeps the light?", "The keeper."),
                new SftRow.Conversation(
                        List.of(
                                Message.system("Be brief."),
                                Message.user("Who keeps the light?"),
                                Message.assistant("Me.")),
                        Map.of()),
                new SftRow.Conversation(
                        List.of(
                                Message.user("Who keeps the light?"),
                                Message.assistant("Me."),
                                Message.user("Who?"),
                                Message.assistant("You.")),
                        Map.of()));
        assertThat(others.stream().map(ContentKey::of)).doesNotContain(key).doesNotHaveDuplicates();
    }

    @Test
    void thePromptOfTokenIdsEndsBeforeTheLastTrainedSpan() {
        SftRow first = new SftRow.TokenIds(new int[] {1, 2, 3, 4, 5}, new int[] {-100, 2, -100, 4, -100});
        SftRow second = new SftRow.TokenIds(new int[] {1, 2, 3, 9}, new int[] {-100, -100, -100, 9});
        SftRow other = new SftRow.TokenIds(new int[] {1, 7, 3, 9}, new int[] {-100, -100, -100, 9});
        assertThat(ContentKey.of(first)).isEqualTo(ContentKey.of(second)).isNotEqualTo(ContentKey.of(other));
    }

    @Test
    void aRowWithoutAPromptIsItsOwnContent() {
        assertThat(Stream.of(
                                new SftRow.PromptResponse(" ", "The keeper."),
                                new SftRow.PromptResponse("", "The sea."),
                                new SftRow.Conversation(List.of(Message.assistant("The keeper.")), Map.of()),
                                new SftRow.Conversation(List.of(Message.assistant("The sea.")), Map.of()),
                                new SftRow.TokenIds(new int[] {1, 2, 3}, new int[] {1, 2, 3}),
                                new SftRow.TokenIds(new int[] {1, 2, 4}, new int[] {1, 2, 4}))
                        .map(ContentKey::of))
                .doesNotHaveDuplicates();
        assertThat(ContentKey.of(new SftRow.PromptResponse("", "The sea.")))
                .isEqualTo(ContentKey.of(
                        new SftRow.Conversation(List.of(Message.user(" "), Message.assistant("The  sea.")), Map.of())));
    }

    @Test
    void equalDocumentsStayTogetherWhateverTheirIds() {
        List<Document> documents = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            documents.add(new Document("text " + i % 100, "id" + i, new Origin(Path.of("d.jsonl"), i + 1L)));
        }
        Split.Parts<Document> parts = Split.byHash(documents, Document::key, Split.Fractions.EIGHTY_TEN_TEN, 1);
        assertThat(parts.train()).isNotEmpty();
        assertThat(parts.validation()).isNotEmpty();
        assertThat(parts.test()).isNotEmpty();
        assertThat(texts(parts.train())).doesNotContainAnyElementsOf(texts(parts.validation()));
        assertThat(texts(parts.train())).doesNotContainAnyElementsOf(texts(parts.test()));
        assertThat(texts(parts.validation())).doesNotContainAnyElementsOf(texts(parts.test()));
    }

    private static List<String> texts(List<Document> documents) {
        return documents.stream().map(Document::text).toList();
    }
}
