package dev.rlhf.checkpoint.hub;

/**
 * A file of a repository at one commit.
 *
 * @param path relative, with slashes
 * @param size bytes
 * @param hash the name of its blob: SHA-256 of the content of a large file, SHA-1 of the git object of a small one
 */
record HubFile(String path, long size, String hash) {
    boolean hasSha256() {
        return hash.length() == 64;
    }
}
