# A callback has the error_log of http, with its level, as a request has.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;

# Nobody listens there.
my $port = slot_port(19);

for (
    [ 'info', 'crit', qr/\A\z/, 'nothing is logged' ],
    [ 'crit', 'error', qr/connect\(\) failed/, 'nginx tells what failed' ],
) {
    my ($main, $http, $expected, $what) = @$_;

    my $nginx = start_nginx(
        log_level => $main,
        http => "error_log http.log $http;",
        callback_url => "http://127.0.0.1:$port/",
        app => 'callback_retry 100ms;',
        allow => qr{callback to http://127\.0\.0\.1\S+ failed});

    my $code = $nginx->issue->{json}{code};
    $nginx->message(text_message(">>$code<<"));
    wait_until { ($nginx->records)[0]{state} eq 'kept' };

    like http_log($nginx), $expected,
        "error_log $main, and $http in http - $what";

    $nginx->stop;
}

done_testing;


sub http_log {
    my ($nginx) = @_;

    open my $in, '<', $nginx->root . '/http.log' or return '';
    local $/;
    return <$in> // '';
}
