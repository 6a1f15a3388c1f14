package Test::WhatsAuth::Blocks;

use lib 't/lib';

BEGIN {
    require Test::WhatsAuth;

    # Test::Nginx reads these when it is loaded.
    $ENV{TEST_NGINX_SERVROOT} = Test::WhatsAuth::slot_folder() . '/servroot';
    $ENV{TEST_NGINX_SERVER_PORT} = Test::WhatsAuth::slot_port();
    $ENV{TEST_NGINX_STREAM_PORT} = Test::WhatsAuth::slot_port(1);
    $ENV{TEST_NGINX_LOAD_MODULES}
        //= "$Test::WhatsAuth::TOP/build/ngx_http_whatsauth_module.so";
    $ENV{TEST_NGINX_LOG_LEVEL} //= 'info';

    # Not in the folder that Test::Nginx clears, also under a running nginx.
    $ENV{TEST_NGINX_STORE} = Test::WhatsAuth::slot_folder() . '/store';
}

use Test::Nginx::Socket -Base;

# nginx warns of secrets in a configuration that everybody may read.
umask 077;

my $port = $ENV{TEST_NGINX_SERVER_PORT};

server_port("127.0.0.1:$port");
server_port_for_client($port);
master_on();
workers(2);
worker_connections(256);
repeat_each(2);
no_long_string();

# With TEST_NGINX_USE_HUP, Test::Nginx asks for a URL of address and port.
my $config_version = \&Test::Nginx::Util::test_config_version;

no warnings 'redefine';
*Test::Nginx::Util::test_config_version = sub ($$) {
    server_port($port);
    &$config_version;
    server_port("127.0.0.1:$port");
};

sub block_set ($$$) {
    my ($block, $name, $value) = @_;

    $block->set_value($name, $value) unless defined $block->$name;
}

add_block_preprocessor(sub {
    my $block = shift;

    block_set($block, 'http_config', <<"END");
    whatsauth_store \$TEST_NGINX_STORE;
@{[ Test::WhatsAuth::whatsauth_app(
        callback_url => "http://127.0.0.1:$port/callback",
        more => $block->app // '') ]}
END

    block_set($block, 'config', <<'END');
    location /api/v1/ {
        whatsauth on;
    }

    location = /callback {
        return 204;
    }
END

    if (defined(my $body = $block->signed_body)) {
        chomp $body;
        my $headers = $block->more_headers // '';
        chomp $headers;
        block_set($block, 'request', "POST /api/v1/messages\n$body");
        $block->set_value('more_headers', "Content-Type: application/json\n"
            . 'X-Hub-Signature-256: ' . Test::WhatsAuth::signature($body)
            . "\n$headers");
    }

    if (!defined $block->request) {
        $block->set_value('request', 'GET /api/v1/verification_code');
        block_set($block, 'more_headers',
                  "Authorization: Bearer $Test::WhatsAuth::TOKEN");
    }

    # Test::Nginx warns about an [emerg] line that a block does not ask for.
    if (defined $block->must_die) {
        block_set($block, 'suppress_stderr', '');
        $block->set_value('error_log', "[emerg]\n" . $block->error_log)
            if defined $block->error_log && !ref $block->error_log;
    }

    if (!defined $block->no_error_log && !defined $block->error_log
        && !defined $block->must_die)
    {
        $block->set_value('no_error_log',
                          "[error]\n[crit]\n[alert]\n[emerg]");
    }
});

1;
__END__

=head1 NAME

Test::WhatsAuth::Blocks - Test::Nginx::Socket with this project's defaults

=head1 SYNOPSIS

    use lib 't/lib';
    use Test::WhatsAuth::Blocks 'no_plan';

    run_tests();

    __DATA__

    === TEST 1: verification_code - without a token
    --- request
    GET /api/v1/verification_code
    --- error_code: 401

    === TEST 2: messages - a signed body that is no JSON
    --- signed_body
    hello
    --- error_code: 200
    --- error_log
    not JSON

    === TEST 3: whatsauth_store - without a folder
    --- http_config
    whatsauth_store;
    --- must_die
    --- error_log
    invalid number of arguments in "whatsauth_store" directive

=head1 DEFAULTS

Two workers under a master, every block twice, the module loaded, a store, the
app C<demo> of L<Test::WhatsAuth> and C<whatsauth on;> in C</api/v1/>.  Ports
and folder are those of the test file's slot, so that files run side by side.

A block that must die must also say [emerg], where it has an C<error_log>.
A block that says nothing else gets a GET of verification_code with the token
of the app, and must not log at the levels error, crit, alert and emerg.

=head1 SECTIONS

Those of L<Test::Nginx::Socket>, where C<http_config> and C<config> take the
place of the defaults, and:

=over

=item app

Lines added to the app.

=item signed_body

A body that is posted to C</api/v1/messages> with a good signature.

=back

The variables C<$TEST_NGINX_STORE>, C<$TEST_NGINX_SERVER_PORT> and
C<$TEST_NGINX_SERVROOT> can be used in configurations.

=cut
