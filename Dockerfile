# The server. Build: docker build -t guildhall .
# Try:        docker run --rm -p 8080:8080 guildhall demo
# With files: docker run -p 8080:8080 -v guildhall:/var/lib/guildhall guildhall

FROM rust:1-bookworm AS build
WORKDIR /source
COPY . .
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/source/target \
    cargo build --release --locked -p guildhall-server \
    && cp target/release/guildhall /usr/local/bin/guildhall

FROM debian:bookworm-slim
# The roots by which connections to others are checked.
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=build /usr/local/bin/guildhall /usr/local/bin/guildhall
RUN useradd --system --uid 10001 --home-dir /var/lib/guildhall --create-home --shell /usr/sbin/nologin guildhall
USER guildhall
WORKDIR /var/lib/guildhall
# Where guildhall.db and guildhall.key are, unless the settings say otherwise.
VOLUME /var/lib/guildhall
ENV GUILDHALL_LISTEN=0.0.0.0:8080
EXPOSE 8080
# bash speaks TCP, so nothing needs to be installed for this.
HEALTHCHECK --interval=10s --timeout=5s --start-period=15s --retries=3 CMD ["bash", "-c", \
    "exec 3<>/dev/tcp/127.0.0.1/8080 && printf 'GET /health/ready HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n' >&3 && read -r _ status _ <&3 && [ \"$status\" = 200 ]"]
ENTRYPOINT ["guildhall"]
CMD ["serve"]
