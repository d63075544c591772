# The app for production, without local Cognito, its pages, and whatever only development needs.

FROM node:24-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY tsconfig.json ./
COPY src ./src
# What others install is built with the rest and left behind.
RUN npm run build -- --without-local-cognito \
  && rm -r dist/package dist/types \
  && npm ci --omit=dev --no-audit --no-fund

FROM node:24-slim
# The container's own loopback is of no use to anybody.
ENV NODE_ENV=production DATA_DIR=/data HOST=0.0.0.0
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY views/*.ejs ./views/
COPY views/partials ./views/partials
COPY views/assets ./views/assets
# The only folder that is written to, and not even that where REDIS_URL and SESSION_SECRET are set.
RUN mkdir /data && chown node:node /data
VOLUME /data
USER node
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT || 3000}/readyz`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# Not by npm, which would not pass SIGTERM on.
CMD ["node", "dist/server.js"]
