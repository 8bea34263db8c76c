package dev.rlhf.model;

/** Tensor names as checkpoints have them, to the one we use. */
final class Names {
    private Names() {}

    /** A body saved alone (the hub's {@code gpt2}) lacks the prefix that a model with a head has. */
    static String canonical(ModelConfig config, String stored) {
        boolean head = stored.equals(config.headName()) || stored.equals(ScalarModel.HEAD);
        return head || stored.startsWith(config.prefix()) ? stored : config.prefix() + stored;
    }
}
