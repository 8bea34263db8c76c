# The program on NVIDIA's CUDA base image: docs/how-to/run-on-cuda.md
FROM maven:3.9-eclipse-temurin-25 AS build
WORKDIR /src
COPY . .
RUN mvn -B -ntp package -Dmaven.test.skip=true

FROM python:3.12-slim AS libtorch
RUN pip install --no-cache-dir --target /opt/python torch==2.7.1 \
    && rm -rf /opt/python/triton

FROM nvidia/cuda:12.6.3-base-ubuntu24.04
COPY --from=build /opt/java/openjdk /opt/java/openjdk
COPY --from=libtorch /opt/python /opt/python
COPY --from=build /src/rlhf /opt/rlhf/rlhf
COPY --from=build /src/target/rlhf.jar /opt/rlhf/target/rlhf.jar
COPY --from=build /src/target/lib /opt/rlhf/target/lib
COPY --from=build /src/target/lib-cpu /opt/rlhf/target/lib-cpu
COPY --from=build /src/recipes /opt/rlhf/recipes
COPY --from=build /src/data /opt/rlhf/data
ENV JAVA_HOME=/opt/java/openjdk PYTORCH_LIBRARY_PATH=/opt/python/torch/lib DJL_CACHE_DIR=/opt/djl
# Checks the image, unpacks the native libraries and makes the notes for a faster start; needs no GPU.
RUN /opt/rlhf/rlhf doctor && chmod -R a+rwX /opt/djl
WORKDIR /work
ENTRYPOINT ["/opt/rlhf/rlhf"]
CMD ["--help"]
