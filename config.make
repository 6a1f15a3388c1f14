# nginx's configure includes it when it writes the Makefile.

ngx_tab=$(printf '\t')

cat << END                                                    >> $NGX_MAKEFILE

$NGX_OBJS/ngx_http_whatsauth_embedded.c: $ngx_addon_dir/embed.sh \\
    $(echo "$ngx_addon_dir"/page/*.* "$ngx_addon_dir"/page/*/*.*)
${ngx_tab}$ngx_addon_dir/page/embed.sh >\$@.new && mv \$@.new \$@

$NGX_OBJS/ngx_http_whatsauth_scripts.c: $ngx_addon_dir/embed.sh \\
    $(echo "$ngx_addon_dir"/valkey_store/*.sh \
           "$ngx_addon_dir"/valkey_store/*.lua)
${ngx_tab}$ngx_addon_dir/valkey_store/embed.sh >\$@.new && mv \$@.new \$@

END
