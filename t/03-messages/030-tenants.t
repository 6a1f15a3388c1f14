# One tenant cannot speak for another: a message counts only for an app that
# lists the number it came to and a secret that signed it.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;

my $receiver = start_receiver();
my %app = (
    a => { phone => '+14155550001', app_secret => 'secret-of-tenant-a' },
    b => { phone => '+14155550002', app_secret => 'secret-of-tenant-b' },
    c => { phone => '+14155550003',
           app_secret => 'secret-of-tenant-c phone_number_id=33' },
    d => { phone => '+14155550003',
           app_secret => 'secret-of-tenant-c phone_number_id=33' },
);

my $nginx = start_nginx(apps => join '', map {
    whatsauth_app(name => $_, token => "token-of-tenant-$_", %{ $app{$_} },
                  callback_url => $receiver->url("/204/$_"))
} sort keys %app);

sub issue {
    my ($name) = @_;

    return $nginx->issue(token => "token-of-tenant-$name")->{json}{code};
}

sub sent {
    my ($code, $to, $secret, %more) = @_;

    return $nginx->message(text_message(">>$code<<", phone => $app{$to}{phone},
                                        %more), secret => $secret)->{status};
}

sub status {
    my ($app) = @_;

    return join ' ', map { $_->{status} } grep { $_->{app} eq $app }
                     $nginx->records;
}

my $code = issue('a');

is sent($code, 'b', 'secret-of-tenant-b'), 200,
    'a code of a, to the number of b, with the secret of b';
is sent($code, 'a', 'secret-of-tenant-b'), 200,
    'a code of a, to the number of a, with the secret of b';
is sent($code, 'b', 'secret-of-tenant-a'), 200,
    'a code of a, to the number of b, with the secret of a';
is status('a'), 'requested', 'none of them validates it';

my @notes = $nginx->error_log =~ /(reason=other_app, app=a, id=[0-9a-f-]{36})/g;
is @notes, 3, 'and each leaves a line' or diag $nginx->error_log;

is sent($code, 'a', 'secret-of-tenant-a'), 200,
    'a code of a, to the number of a, with the secret of a';
is $receiver->wait_for($code)->{target}, '/204/a', 'validates it';

# phone_number_id, where configured, takes the place of the number.

$code = issue('c');

is sent($code, 'c', 'secret-of-tenant-c'), 200, 'another phone_number_id';
is sent($code, 'c', 'secret-of-tenant-c', phone_number_id => '333'), 200,
    'a phone_number_id that begins with ours';
is sent($code, 'c', 'secret-of-tenant-a', phone_number_id => '33'), 200,
    'our phone_number_id with a secret of another app';
is status('c'), 'requested', 'none of them validates it';

sent($code, 'b', 'secret-of-tenant-c', phone_number_id => '33');
ok $receiver->wait_for($code), 'our phone_number_id, whatever the number shows';

# Apps of one owner share a number: the code decides.

for my $name ('d', 'c') {
    $code = issue($name);
    sent($code, $name, 'secret-of-tenant-c', phone_number_id => '33');
    is $receiver->wait_for($code)->{target}, "/204/$name",
        "a shared number - the code of $name goes to $name";
}

$nginx->stop;
done_testing;
