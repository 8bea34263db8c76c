package dev.rlhf.model.lora;

/** A handle on the adapters' own dropout, which stays on until it is closed. */
@FunctionalInterface
public interface AdapterDropout extends AutoCloseable {
    @Override
    void close();
}
