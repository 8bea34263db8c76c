package dev.rlhf.model.lora;

/** Adapters' own dropout, which is on until this is closed. */
@FunctionalInterface
public interface AdapterDropout extends AutoCloseable {
    @Override
    void close();
}
