# Sites have names, and names have addresses, sometimes.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;

my $receiver = start_receiver();

# Nobody listens on 127.0.0.2.

my $dns = start_dns(
    'shop.test' => ['127.0.0.1'],
    'two.test' => [ '127.0.0.2', '127.0.0.1' ],
    'empty.test' => [],
    'mute.test' => undef,
    'late.test' => ['127.0.0.2'],
);

my @names = qw( shop.test two.test empty.test mute.test late.test none.test );

my $nginx = start_nginx(
    http => 'resolver ' . $dns->address . ' ipv6=off; resolver_timeout 500ms;'
            . 'whatsauth_callback_timeout 3s;',
    callback_url => $receiver->url('/204'),
    app => 'callback_retry 1500ms; authorized_callbacks '
           . join(' ', map { $receiver->url('/', $_) } @names) . ';',
    allow => qr/could not be resolved|Connection refused/,
    server => 'location = /status { stub_status; }');

sub log_in {
    my ($name) = @_;

    my $code = $nginx->issue(callback_url => $receiver->url('/204', $name))
               ->{json}{code};
    $nginx->message(text_message(">>$code<<"));
    return $code;
}

sub record {
    my ($code) = @_;

    return wait_until {
        (grep { $_->{code} eq $code && $_->{state} eq 'kept' }
         $nginx->records)[0];
    };
}

my $request = $receiver->wait_for(log_in('shop.test'));
is $request->{headers}{host}, 'shop.test:' . $receiver->port,
    'dns - a name, which is also in Host';
is_deeply [ $dns->queries ], [ 'shop.test' ], 'dns - it is looked up';

# The order of the addresses is a matter of chance.

my @codes = map { log_in('two.test') } 1 .. 8;
is scalar(grep { $receiver->wait_for($_) } @codes), 8,
    'dns, two addresses of which one refuses - the other is taken';
is_deeply [ map { record($_)->{attempts} } @codes ], [ (1) x 8 ],
    'in the same attempt';

my %code = map { $_ => log_in($_) }
           qw( none.test empty.test mute.test late.test );

# A name that gets another address in time; nginx may remember one for the
# rest of a second.

ok wait_until(sub {
    $nginx->error_log =~ m{callback to http://late\.test\S+ failed}
}), 'dns - an address where nobody listens';
$dns->set('late.test' => ['127.0.0.1']);
ok $receiver->wait_for(delete $code{'late.test'}),
    'the next attempt goes to the new one';

for my $name (sort keys %code) {
    is_deeply [ @{ record($code{$name}) }{qw( status error attempts )} ],
        [ 'failed', 'callback_failed', 2 ], "dns, $name - is a failure";
    like $nginx->error_log, qr/\Q$name\E could not be resolved/,
        'and the log tells why';
}

is scalar(grep { $_ eq 'none.test' } $dns->queries), 2,
    'dns - each attempt asks anew';

ok wait_until(sub {
    $nginx->get('/status')->{body} =~ /^Active connections: 1 /
}), 'afterwards - no connection is left';

$nginx->stop;
done_testing;
