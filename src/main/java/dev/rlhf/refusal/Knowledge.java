package dev.rlhf.refusal;

/** Whether a model knows the answer to a question, as decided by {@link KnowledgeProbe}. */
public enum Knowledge {
    /** Answers correctly and consistently: keep training it to answer. */
    KNOWN,
    /** In between: do not train on it, because that would teach guessing or over-refusing. */
    UNSURE,
    /** Does not answer correctly except by luck: train it to say that it does not know. */
    UNKNOWN
}
