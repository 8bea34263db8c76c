package dev.rlhf.text;

import dev.rlhf.jinja.ChatTemplate;
import dev.rlhf.jinja.Rendering;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A conversation prepared for its chat template, which can render any number of the first messages. Special tokens
 * spelled in its strings are broken up once, so that all renderings contain the same text.
 *
 * @param original the messages as given
 * @param messages the fields of each message, broken up
 * @param variables further variables of the template
 * @param breaker the character inserted into spelled special tokens; null if there are none
 */
record RenderableChat(
        ChatTemplate template,
        List<Message> original,
        List<?> messages,
        Map<String, Object> variables,
        @Nullable Character breaker) {

    /**
     * Renders the first {@code count} messages.
     *
     * @throws dev.rlhf.base.InputException if the template rejects them
     */
    Rendering render(int count, boolean generationPrompt) {
        Map<String, Object> all = new LinkedHashMap<>(variables);
        all.put("messages", messages.subList(0, count));
        all.put("add_generation_prompt", generationPrompt);
        return template.render(all);
    }

    /** Renders the whole conversation. */
    Rendering render(boolean generationPrompt) {
        return render(messages.size(), generationPrompt);
    }

    /** Returns the content of a message as it appears in a rendering. */
    String content(int message) {
        return messages.get(message) instanceof Map<?, ?> map && map.get("content") instanceof String text ? text : "";
    }

    /** Returns the indices of the assistant's messages. */
    List<Integer> assistantMessages() {
        return IntStream.range(0, original.size())
                .filter(i -> original.get(i).byAssistant())
                .boxed()
                .toList();
    }
}
