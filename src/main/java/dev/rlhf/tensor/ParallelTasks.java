package dev.rlhf.tensor;

import ai.djl.pytorch.jni.JniUtils;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/** Runs tasks at the same time, each on a thread of its own with a share of libtorch's threads. */
final class ParallelTasks {
    private ParallelTasks() {}

    /**
     * Runs the first task on this thread and each other one on a new thread, and waits until all have ended.
     *
     * @param prepareThread called first on each new thread
     * @throws RuntimeException what the first task that failed threw
     */
    static void run(List<Runnable> tasks, Runnable prepareThread) {
        int all = JniUtils.getNumThreads();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        List<Thread> others = new ArrayList<>();
        for (int i = 1; i < tasks.size(); i++) {
            Runnable task = tasks.get(i);
            int own = share(all, tasks.size(), i);
            others.add(Thread.ofPlatform().name("torch-" + i).start(() -> {
                try {
                    prepareThread.run();
                    JniUtils.setNumThreads(own);
                    task.run();
                } catch (RuntimeException | Error e) {
                    failure.compareAndSet(null, e);
                }
            }));
        }
        try {
            JniUtils.setNumThreads(share(all, tasks.size(), 0));
            tasks.getFirst().run();
        } catch (RuntimeException | Error e) {
            failure.compareAndSet(null, e);
        } finally {
            others.forEach(ParallelTasks::await);
            JniUtils.setNumThreads(all); // also the number that libtorch gives to threads that are new to it
        }
        Throwable first = failure.get();
        if (first instanceof Error e) {
            throw e;
        }
        if (first instanceof RuntimeException e) {
            throw e;
        }
    }

    private static int share(int threads, int tasks, int task) {
        return Math.max(1, threads / tasks + (task < threads % tasks ? 1 : 0));
    }

    private static void await(Thread thread) {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
