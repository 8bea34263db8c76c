package dev.rlhf.label.store;

import dev.rlhf.base.InputException;
import java.net.URI;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** Settings of the whole store. */
public final class StoreSettings {
    public static final String BASE_URL = "base_url";

    private StoreSettings() {}

    public static Optional<String> get(Handle handle, String name) {
        return handle.createQuery("SELECT content FROM setting WHERE name = :name")
                .bind("name", name)
                .mapTo(String.class)
                .findOne();
    }

    public static void put(Handle handle, String name, String value) {
        handle.createUpdate("MERGE INTO setting (name, content) KEY (name) VALUES (:name, :content)")
                .bind("name", name)
                .bind("content", value)
                .execute();
    }

    /**
     * Returns the address with path {@code /}.
     *
     * @throws InputException if it is not an http or https address without path, query and user
     */
    public static URI checkedBaseUrl(URI url) {
        String scheme = String.valueOf(url.getScheme());
        String path = String.valueOf(url.getPath());
        if (!(scheme.equals("http") || scheme.equals("https"))
                || url.getHost() == null
                || !(path.isEmpty() || path.equals("/"))
                || url.getUserInfo() != null
                || url.getQuery() != null
                || url.getFragment() != null) {
            throw new InputException("base_url is " + url + "; it is http://HOST, https://HOST or the same with :PORT");
        }
        return url.resolve("/");
    }
}
