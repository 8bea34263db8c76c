package dev.rlhf.checkpoint.hub;

/** Is told how a fetch goes on; the calls come one at a time, from the fetching thread. */
public interface FetchListener {
    /**
     * How far it is.
     *
     * @param done bytes that are here, those of earlier fetches included; falls if a file must begin anew
     * @param total bytes of all files
     * @param received bytes that came over the network
     * @param file what is being fetched
     */
    record State(long done, long total, long received, String file) {}

    void progress(State state);

    /** Something people should know: what is left out, why it waits. */
    void note(String line);
}
