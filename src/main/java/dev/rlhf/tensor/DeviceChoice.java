package dev.rlhf.tensor;

import ai.djl.Device;
import dev.rlhf.base.InputException;
import java.util.Locale;
import java.util.Map;

/** Which device the option {@code device} means on this machine, for this process. */
final class DeviceChoice {
    private DeviceChoice() {}

    /**
     * The device.
     *
     * @param name {@code auto}, {@code cpu}, {@code cuda} or {@code cuda:N}
     * @param gpus how many GPUs libtorch sees
     * @param cudaBuild whether libtorch is built for CUDA
     * @param environment {@code LOCAL_RANK}, which torchrun and its like give each process of a machine, chooses the GPU where the name
     *     does not; a process that is shown a single one by {@code CUDA_VISIBLE_DEVICES} has that
     * @throws InputException if there is no such device; never falls back to another
     */
    static Device of(String name, int gpus, boolean cudaBuild, Map<String, String> environment) {
        String wanted = name.toLowerCase(Locale.ROOT);
        if (wanted.equals("cpu") || (wanted.equals("auto") && gpus == 0)) {
            return Device.cpu();
        }
        if (!wanted.matches("auto|cuda|cuda:\\d{1,4}")) {
            throw new InputException("device: " + name + " is none of auto, cpu, cuda, cuda:N");
        }
        if (gpus == 0) {
            throw new InputException("device: " + name + ": libtorch sees no CUDA GPU (its build is "
                    + (cudaBuild ? "for CUDA; is the NVIDIA driver loaded?" : "for CPUs only")
                    + "); `rlhf doctor` says more, `--device cpu` runs without");
        }
        if (!wanted.startsWith("cuda:")) {
            return Device.gpu(ofThisProcess(name, gpus, environment));
        }
        int index = Integer.parseInt(wanted.substring(5));
        if (index >= gpus) {
            throw new InputException("device: " + name + ": this machine has " + gpus + " GPU(s), counted from cuda:0");
        }
        return Device.gpu(index);
    }

    private static int ofThisProcess(String name, int gpus, Map<String, String> environment) {
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
