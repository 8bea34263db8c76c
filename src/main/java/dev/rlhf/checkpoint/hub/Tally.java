package dev.rlhf.checkpoint.hub;

import java.util.List;

/** How far a fetch of several files is. One thread at a time. */
final class Tally {
    private final FetchListener listener;
    private final long total;
    private long before;
    private long received;
    private HubFile file;

    Tally(FetchListener listener, List<HubFile> files) {
        this.listener = listener;
        this.total = files.stream().mapToLong(HubFile::size).sum();
        this.file = files.getFirst();
    }

    void begin(HubFile next) {
        file = next;
    }

    /** {@code position} bytes of the file are here, {@code justReceived} of them since the last call. */
    void at(long position, int justReceived) {
        received += justReceived;
        listener.progress(new FetchListener.State(before + position, total, received, file.path()));
    }

    void end() {
        before += file.size();
        at(0, 0);
    }
}
