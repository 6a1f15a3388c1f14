#!/usr/bin/perl
#
# Test::WhatsAuth for tests in JavaScript: a call on each line of the standard
# input, as JSON, and its result on a line of the standard output.  See
# nginx.mjs.  Everything ends with the input.

use strict;
use warnings;

use FindBin ();
use lib "$FindBin::Bin/../../lib";

use JSON::PP ();
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Nginx;

# perl runs no END block at a signal's default: nginx would go on by itself.
$SIG{$_} = sub { exit 1 } for qw( HUP INT TERM );

my $json = JSON::PP->new->utf8->allow_nonref->allow_blessed;
my ($nginx, $receiver);
my $TLS = 10;                    # the number of its port

my %call = (
    start => \&start,
    port => sub { slot_port($_[0] // 0) },
    message => \&message,
    received => sub { receiver()->wait_for($_[0]) },
    records => sub { [ $nginx->records ] },
    workers => sub { [ $nginx->workers ] },
    reload => sub { $nginx->reload(@_); 1 },
    restart => sub { $nginx->restart(@_); 1 },
    kill_worker => sub { $nginx->kill_worker(@_); 1 },
    end => sub { $nginx->end('QUIT') },
    launch => sub { $nginx->launch; 1 },
    error_log => sub { $nginx->error_log },
    access_log => sub { $nginx->access_log },
    stop => sub { $nginx->stop ? 1 : 0 },
);

# Results of tests in the helpers must not mix with those of calls; why one
# has failed goes to the standard error.
Test::More->builder->output(\my $said);
Test::More->builder->no_ending(1);
open my $out, '>&', \*STDOUT or die "dup: $!\n";
open STDOUT, '>&', \*STDERR or die "dup: $!\n";
$out->autoflush(1);

while (my $line = <STDIN>) {
    my ($name, @arguments) = @{ $json->decode($line) };
    my $result = eval { { result => $call{$name}->(@arguments) } }
                 // { error => "$name: $@" };
    print $out $json->encode($result), "\n";
}


# The words @PORT@, @PORT1@ to @PORT9@ and @ROOT@ in the options stand for the
# ports of this slot, of which the first is nginx's, and for its folder;
# callback => 1 starts a site that records callbacks; tls => NAME has nginx
# listen to TLS, too, with the certificate of that name by an authority of its
# own.

sub start {
    my ($option) = @_;

    my $folder = slot_folder();
    my $callback = delete $option->{callback};

    my $name = delete $option->{tls};
    my $ca = defined $name ? make_certificates() : undef;

    $option->{callback_url} = receiver()->url('/204') if $callback;
    $option->{server} .= tls_lines($ca->issue($name)) if $ca;

    for (grep { defined && !ref } values %$option) {
        s{\@PORT(\d?)\@}{slot_port($1 || 0)}ge;
        s{\@ROOT\@}{$folder/nginx-0}g;
    }

    $nginx = start_nginx(%$option);

    return { port => $nginx->port, root => $nginx->root,
             ports => [ map { slot_port($_) } 0 .. 9 ],
             $ca ? (tls_port => slot_port($TLS), ca => $ca->file) : () };
}


sub tls_lines {
    my ($cert, $key) = @_;

    return 'listen 127.0.0.1:' . slot_port($TLS) . ' ssl http2; '
           . "ssl_certificate $cert; ssl_certificate_key $key;";
}


sub receiver {
    return $receiver //= start_receiver();
}


sub message {
    my ($text, $option) = @_;

    my $from = delete $option->{from};
    my $answer = $nginx->message(
        text_message($text, %{ $option // {} },
                     defined $from ? (from => $from =~ tr/0-9//cdr) : ()));

    return 0 + $answer->{status};
}
