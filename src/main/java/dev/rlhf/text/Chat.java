package dev.rlhf.text;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A conversation and what its row says besides: the tools there are, documents, switches such as {@code enable_thinking}. They
 * are variables of the chat template, as {@code tokenizer.apply_chat_template(messages, tools=…, **chat_template_kwargs)} has them.
 *
 * @param variables by name; values as JSON has them
 */
public record Chat(List<Message> messages, Map<String, Object> variables) {
    public Chat {
        messages = List.copyOf(messages);
        variables = Collections.unmodifiableMap(new LinkedHashMap<>(variables));
    }

    public static Chat of(List<Message> messages) {
        return new Chat(messages, Map.of());
    }

    /** The first messages alone. */
    public Chat upTo(int count) {
        return new Chat(messages.subList(0, count), variables);
    }

    /** The same with one more message. */
    public Chat and(Message message) {
        List<Message> more = new ArrayList<>(messages);
        more.add(message);
        return new Chat(more, variables);
    }

    /** What tells this conversation from others. */
    public String key() {
        StringBuilder key = new StringBuilder();
        for (Message message : messages) {
            key.append(key.isEmpty() ? "" : "\n\n")
                    .append(
                            message.isPlain()
                                    ? message.role() + "\n" + message.content()
                                    : message.fields().toString());
        }
        return variables.isEmpty() ? key.toString() : key + "\n\n" + variables;
    }
}
