package dev.rlhf.refusal;

/** What {@link KnowledgeProbe} decides about one question and one model. */
public enum Knowledge {
    /** Answers it rightly, and steadily so: keep teaching it to answer. */
    KNOWN,
    /** Neither: use it for no training at all, so that neither guessing nor over-refusing is taught. */
    UNSURE,
    /** Does not answer it rightly but by luck: teach it to say so. */
    UNKNOWN
}
