# Lines that clients or sites can cause again and again: ten a minute, and one
# that counts the others.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;

# Nobody listens there; a host is an address of this machine.
my $port = slot_port(19);

my $nginx = start_nginx(
    workers => 1,
    log_level => 'notice',
    callback_url => "http://127.0.0.1:$port/",
    app => join("\n", 'callback_retry 100ms;',
        map { "authorized_callbacks http://127.0.1.$_:$port/;" } 1 .. 80),
    allow => qr/Connection[ ]refused|cannot[ ]be[ ]understood|more[ ]within/x);

my $ignored = qr/whatsauth: message ignored, reason=unknown$/;
my $unknown = text_message('>>0000000000<<');
$nginx->message($unknown) for 1 .. 30;
$nginx->message('{') for 1 .. 12;
$nginx->message(text_message('>>nonsense<<'));

is lines($ignored), 10, 'messages - ten lines';
is lines(qr/a signed body cannot be understood: /), 1, 'bodies - one line';
is lines(qr/reason=malformed/), 1, 'another reason - has lines of its own';

# Callbacks: one after another, so that each finds the count of those before.

for (1 .. 12) {
    my $issued = $nginx->issue;
    $nginx->message(text_message(">>$issued->{json}{code}<<"));
    wait_until { state($issued->{headers}{'whatsauth-id'}) eq 'kept' };
}

is lines(qr{callback to http://127\.0\.0\.1:\d+\S* failed}), 10,
    'callbacks - ten lines';
is lines(qr/connect\(\) failed/), 10, q{and ten of nginx's own};

ok wait_until(sub { lines(qr/more within a minute/) }, 70),
    'a minute later - the others are counted';
is more('message ignored, reason=unknown'), 20, 'messages that were';
ok wait_until(sub { lines(qr/cannot be understood: .*, count=11$/) }, 10),
    'and all bodies but the first by one line';
is more('callback to 127.0.0.1 failed, status 0, app=demo'), 14, 'callbacks';
is more('no answer from 127.0.0.1'), 14, 'hosts that did not answer';
is lines(qr/more within a minute/), 3, 'and nothing else';

# After a minute it begins anew; a worker that ends tells the rest.

$nginx->message($unknown) for 1 .. 11;
is lines($ignored), 20, 'the next minute - ten again';

# Two texts for each host, of two attempts.

my @issued = map { $nginx->issue(callback_url => "http://127.0.1.$_:$port/") }
             1 .. 80;
$nginx->message(text_message(">>$_->{json}{code}<<")) for @issued;
wait_until {
    !grep { state($_->{headers}{'whatsauth-id'}) ne 'kept' } @issued
} 20;

$nginx->reload;
is more('message ignored, reason=unknown'), 1,
    'the end of a worker - the others are counted';
is more('other lines'), 2 * 160 - 2 * 62 - 10,
    'more texts than are told apart - are counted together';

$nginx->stop;
done_testing;


sub lines {
    my ($pattern) = @_;

    return scalar grep { s/, client: .*//r =~ $pattern } split /\n/,
                                                       $nginx->error_log;
}


# The count in the last line.

sub more {
    my ($text) = @_;

    my @told = $nginx->error_log =~ /(\d+) more within a minute: \Q$text\E$/mg;
    return $told[-1];
}


sub state {
    my ($id) = @_;

    my ($record) = grep { $_->{id} eq $id } $nginx->records;
    return $record->{state};
}
