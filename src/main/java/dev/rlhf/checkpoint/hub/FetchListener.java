package dev.rlhf.checkpoint.hub;

/** Receives the progress of a fetch. Calls come one at a time, from the fetching thread. */
public interface FetchListener {
    /**
     * The progress of a fetch.
     *
     * @param done bytes on disk, including those of earlier fetches; decreases if a file has to start over
     * @param total bytes of all files
     * @param received bytes received over the network
     * @param file the file being fetched
     */
    record State(long done, long total, long received, String file) {}

    void progress(State state);

    /** Reports a message for the user, such as which files are left out, or why the fetch waits. */
    void note(String line);
}
