package dev.rlhf.text;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A conversation and the other variables of its chat template: tools, documents, switches such as
 * {@code enable_thinking}, as in {@code tokenizer.apply_chat_template(messages, tools=…, **chat_template_kwargs)}.
 * @param variables values by name, as parsed from JSON
 */
public record Chat(List<Message> messages, Map<String, Object> variables) {
    public Chat {
        messages = List.copyOf(messages);
        variables = Collections.unmodifiableMap(new LinkedHashMap<>(variables));
    }

    public static Chat of(List<Message> messages) {
        return new Chat(messages, Map.of());
    }

    /** Returns a conversation of the first {@code count} messages. */
    public Chat upTo(int count) {
        return new Chat(messages.subList(0, count), variables);
    }

    /** Returns a conversation with one more message. */
    public Chat and(Message message) {
        List<Message> more = new ArrayList<>(messages);
        more.add(message);
        return new Chat(more, variables);
    }

    /** Returns a string that identifies this conversation. */
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
