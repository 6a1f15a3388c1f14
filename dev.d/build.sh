# build
#     build/ngx_http_whatsauth_module.so and build/whatsauth-store, for the
#     installed nginx

needs @build
build_all
say "built $build/ngx_http_whatsauth_module.so and whatsauth-store"
