package dev.rlhf.text;

import dev.rlhf.base.InputException;
import java.util.ArrayList;
import java.util.List;

/** A format that puts a system message before conversations that begin with none. */
record WithSystem(ConversationFormat format, String system) implements ConversationFormat {
    /** @throws InputException if the format has no system messages */
    WithSystem {
        if (format instanceof PlainText) {
            throw new InputException("system: the model has no chat template and no tokens of ChatML, so it cannot read"
                    + " a system message; leave the option out");
        }
    }

    @Override
    public Encoded encode(Chat chat, TrainedTurns trained) {
        return format.encode(withSystem(chat), trained);
    }

    @Override
    public int[] prompt(Chat chat) {
        return format.prompt(withSystem(chat));
    }

    @Override
    public int[] answered(Chat prompt, String completion, boolean ended) {
        return format.answered(withSystem(prompt), completion, ended);
    }

    @Override
    public int endId() {
        return format.endId();
    }

    @Override
    public Tokenizer tokenizer() {
        return format.tokenizer();
    }

    private Chat withSystem(Chat chat) {
        String first =
                chat.messages().isEmpty() ? "" : chat.messages().getFirst().role();
        if (first.equals("system") || first.equals("developer")) {
            return chat;
        }
        List<Message> messages = new ArrayList<>();
        messages.add(Message.system(system));
        messages.addAll(chat.messages());
        return new Chat(messages, chat.variables());
    }
}
