package dev.rlhf.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rlhf.label.api.Actor;
import dev.rlhf.label.assignment.ProjectQuota;
import dev.rlhf.label.assignment.Quota;
import dev.rlhf.label.client.AdminClient;
import dev.rlhf.label.server.UsersJson;
import dev.rlhf.label.store.AdminService;
import dev.rlhf.label.store.LabelStore;
import java.io.IOException;
import java.time.ZoneId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The users of a label store, or of a server that has it open. */
interface ManagedUsers {
    JsonNode list() throws IOException, InterruptedException;

    void enable(String name, boolean on) throws IOException, InterruptedException;

    void setTags(String labeler, List<String> tags) throws IOException, InterruptedException;

    void setQuota(String labeler, Quota quota) throws IOException, InterruptedException;

    void setProjectQuota(Quota quota, @Nullable ZoneId zone) throws IOException, InterruptedException;

    static ManagedUsers of(LabelStore store) {
        return new OfStore(store);
    }

    static ManagedUsers of(AdminClient client) {
        return new OfServer(client);
    }

    /** Users of a store. */
    record OfStore(LabelStore store) implements ManagedUsers {
        @Override
        public JsonNode list() {
            AdminService admin = store.adminService();
            return UsersJson.write(store.access().users(), admin.projectQuota(), admin.tags());
        }

        @Override
        public void enable(String name, boolean on) {
            if (on) {
                store.access().enable(name, Actor.commandLine());
            } else {
                store.access().disable(name, Actor.commandLine());
            }
        }

        @Override
        public void setTags(String labeler, List<String> tags) {
            store.adminService().setTags(labeler, tags, Actor.commandLine());
        }

        @Override
        public void setQuota(String labeler, Quota quota) {
            store.adminService().setQuota(labeler, quota, Actor.commandLine());
        }

        @Override
        public void setProjectQuota(Quota quota, @Nullable ZoneId zone) {
            AdminService admin = store.adminService();
            ZoneId days = zone == null ? admin.projectQuota().zone() : zone;
            admin.setProjectQuota(new ProjectQuota(quota, days), Actor.commandLine());
        }
    }

    /** Users of a server. */
    record OfServer(AdminClient client) implements ManagedUsers {
        @Override
        public JsonNode list() throws IOException, InterruptedException {
            return client.users();
        }

        @Override
        public void enable(String name, boolean on) throws IOException, InterruptedException {
            client.enable(name, on);
        }

        @Override
        public void setTags(String labeler, List<String> tags) throws IOException, InterruptedException {
            client.setTags(labeler, tags);
        }

        @Override
        public void setQuota(String labeler, Quota quota) throws IOException, InterruptedException {
            client.setQuota(labeler, quota, null);
        }

        @Override
        public void setProjectQuota(Quota quota, @Nullable ZoneId zone) throws IOException, InterruptedException {
            client.setQuota(null, quota, zone);
        }
    }
}
