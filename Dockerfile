# The sandbox as a container. The context is a folder with the packed package: see .ci/image.
# The digest is that of the image for all platforms. Dependabot updates it.
FROM --platform=$BUILDPLATFORM node:24.21.0-alpine3.24@sha256:ebfe2f90462722a7a4de65e91990e97fe0d401c70e0e762c5b53302f905ec1c1 AS files
COPY mp-verify-*.tgz /mp-verify.tgz
# Any user may save runs, also one that --user names.
RUN mkdir -p /files/opt && mkdir -m 1777 /files/state && tar -xzf /mp-verify.tgz -C /files/opt && mv /files/opt/package /files/opt/mp-verify

# Nothing runs here while the image is built, so that each architecture builds on any other.
FROM node:24.21.0-alpine3.24@sha256:ebfe2f90462722a7a4de65e91990e97fe0d401c70e0e762c5b53302f905ec1c1
COPY --from=files /files /
ENV MP_VERIFY_STATE_DIR=/state
USER node
WORKDIR /work
EXPOSE 4571
HEALTHCHECK --start-period=30s --start-interval=1s CMD ["wget", "-q", "-O", "/dev/null", "http://127.0.0.1:4571/marketplace"]
ENTRYPOINT ["node", "/opt/mp-verify/bin/mp-verify.js"]
CMD ["sandbox", "--host", "0.0.0.0", "--port", "4571", "--allow-host", "sandbox", "--allow-host", "mp-verify", "--allow-host", "host.docker.internal"]
