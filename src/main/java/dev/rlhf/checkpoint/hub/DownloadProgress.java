package dev.rlhf.checkpoint.hub;

import java.util.List;

/** Adds up the bytes of several downloads and reports them to a listener. One thread at a time. */
final class DownloadProgress {
    private final FetchListener listener;
    private final long total;
    private long before;
    private long received;
    private HubFile file;

    DownloadProgress(FetchListener listener, List<HubFile> files) {
        this.listener = listener;
        this.total = files.stream().mapToLong(HubFile::size).sum();
        this.file = files.getFirst();
    }

    void begin(HubFile next) {
        file = next;
    }

    /** Reports that {@code position} bytes of the file are on disk, {@code justReceived} of them new. */
    void at(long position, int justReceived) {
        received += justReceived;
        listener.progress(new FetchListener.State(before + position, total, received, file.path()));
    }

    void end() {
        before += file.size();
        at(0, 0);
    }
}
