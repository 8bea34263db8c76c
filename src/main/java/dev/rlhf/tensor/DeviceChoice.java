package dev.rlhf.tensor;

import ai.djl.Device;
import dev.rlhf.base.InputException;
import java.util.Locale;
import java.util.Map;

/** Resolves the option {@code device} to a device of this machine. */
public final class DeviceChoice {
    /** The GPUs of a machine, which are detected only if the choice depends on them. */
    interface Gpus {
        /** Returns the number of GPUs that libtorch can use. */
        int usable();

        /** Returns whether the machine has an NVIDIA GPU, usable or not. */
        boolean present();

        /** Returns why libtorch sees none, and what to do. */
        String diagnosis();
    }

    private DeviceChoice() {}

    /**
     * Checks the option without looking for the device.
     *
     * @throws InputException if no device is called that
     */
    public static void checkName(String name) {
        if (!name.toLowerCase(Locale.ROOT).matches("auto|cpu|cuda|cuda:\\d{1,4}")) {
            throw new InputException("device: " + name + " is not one of auto, cpu, cuda, cuda:N");
        }
    }

    /**
     * Returns the device.
     *
     * @param name {@code auto}, {@code cpu}, {@code cuda} or {@code cuda:N}
     * @param environment {@code LOCAL_RANK}, which torchrun and similar programs set for each process of a machine, is
     *     the GPU's index if the name has none, unless {@code CUDA_VISIBLE_DEVICES} leaves the process one GPU only.
     *     {@code auto} means the CPU if {@code RLHF_DEVICE=cpu}, or if {@code CUDA_VISIBLE_DEVICES} hides all GPUs
     * @throws InputException if there is no such device, or {@code auto} finds a GPU that libtorch cannot use; never
     *     falls back to another device
     */
    static Device of(String name, Gpus gpus, Map<String, String> environment) {
        checkName(name);
        String wanted = name.toLowerCase(Locale.ROOT);
        boolean auto = wanted.equals("auto");
        if (wanted.equals("cpu") || (auto && prefersCpu(environment))) {
            return Device.cpu();
        }
        int usable = gpus.usable();
        if (usable == 0 && auto) {
            if (gpus.present()) {
                throw new InputException("device: " + name + ": this machine has an NVIDIA GPU that libtorch cannot "
                        + "use: "
                        + gpus.diagnosis() + "; or insist on the CPU with --device cpu");
            }
            return Device.cpu();
        }
        if (usable == 0) {
            throw new InputException("device: " + name + ": libtorch sees no CUDA GPU: " + gpus.diagnosis()
                    + "; `rlhf doctor` says more, `--device cpu` runs without");
        }
        if (!wanted.startsWith("cuda:")) {
            return Device.gpu(localGpu(name, usable, environment));
        }
        int index = Integer.parseInt(wanted.substring(5));
        if (index >= usable) {
            throw new InputException(
                    "device: " + name + ": this machine has " + usable + " GPU(s), counted from cuda:0");
        }
        return Device.gpu(index);
    }

    private static boolean prefersCpu(Map<String, String> environment) {
        return environment.getOrDefault("RLHF_DEVICE", "").equals("cpu")
                || environment.getOrDefault("CUDA_VISIBLE_DEVICES", "0").strip().matches("(-1.*)?");
    }

    private static int localGpu(String name, int gpus, Map<String, String> environment) {
        String rank = environment.getOrDefault("LOCAL_RANK", "").strip();
        if (rank.isEmpty()) {
            return 0;
        }
        if (!rank.matches("\\d{1,4}")) {
            throw new InputException("device: " + name + ": LOCAL_RANK is '" + rank
                    + "', not the number of this process on its machine; unset it or give device: cuda:N");
        }
        int index = Integer.parseInt(rank);
        if (index < gpus) {
            return index;
        }
        if (gpus == 1 && !environment.getOrDefault("CUDA_VISIBLE_DEVICES", "").isBlank()) {
            return 0;
        }
        throw new InputException("device: " + name + ": LOCAL_RANK is " + rank + ", but this process sees " + gpus
                + " GPU(s), counted from 0; start one process per GPU or give device: cuda:N");
    }
}
